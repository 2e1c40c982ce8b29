"""What people and programs see: terminal, pages, the doctor."""
