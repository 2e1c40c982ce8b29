"""Makes a folder with a random-weight Qwen2 model and a byte-level tokenizer.

Run by the interpreter that has vLLM: ``python make_tiny_model.py DIR``. Its answers are noise.
"""

import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

LINES = [
    "被不起诉人张某某，因涉嫌危险驾驶罪，由公安机关移送审查起诉。",
    "犯罪嫌疑人李某某盗窃他人财物，数额较大，如实供述，认罪认罚，取得谅解。",
    "本院认为，犯罪情节轻微，不需要判处刑罚，决定不起诉。",
    "The procuratorate reviews the evidence, the elements and the need for punishment.",
    '{"decision": "DNP", "quotes": [{"text": "x"}], "confidence": 0.5, "grounds": []}',
]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
END, START, TURN = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTEXT = 32768


def make(folder: Path) -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1024,
        special_tokens=[END, START, TURN],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(LINES * 20, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token=TURN, pad_token=END, model_max_length=CONTEXT
    )
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(7)
    config = Qwen2Config(
        vocab_size=1024,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=CONTEXT,
        eos_token_id=fast.convert_tokens_to_ids(TURN),
        bos_token_id=fast.convert_tokens_to_ids(START),
        pad_token_id=fast.convert_tokens_to_ids(END),
        tie_word_embeddings=True,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
