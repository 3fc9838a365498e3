"""Tokens are estimated by the kind of letters, within 15 % of what a tokenizer of today counts."""

import inspect
import json

import pytest

from bot.text import tokens
from bot.text.tokens import count, counted, estimate

TEXTS: dict[str, tuple[str, int]] = {
    "English": (
        "Thank you for your message. We have sent the replacement this morning, and the carrier will deliver it within "
        "three working days. You can keep the broken lamp or throw it away; there is no need to send anything back. "
        "If the new one has the same fault, please answer to this mail with a picture and we will give you a refund.",
        70,
    ),
    "Chinese": (
        "感谢您的来信。我们今天上午已经寄出了替换商品,快递公司将在三个工作日内送达。您可以保留损坏的台灯,也可以直接扔掉,不需要寄回任何东西。"
        "如果新的商品出现同样的问题,请附上照片回复这封邮件,我们会为您办理退款。",
        73,
    ),
    "Chinese, of a library": (
        "图书馆工作日上午九点开门,周六上午十点开门。如果您丢失了借书证,请携带身份证件,服务台会当场为您补办一张新的。"
        "两周之内归还的图书不再收取罚款,但预约的图书会放回书架。我们建议读者提前在网站上续借,以免影响其他人使用。",
        91,
    ),
    "Arabic, of a contract": (
        "وفقا للمادة السابعة من العقد، يجب على الطرف الثاني دفع كامل المبلغ "
        "خلال عشرة أيام عمل من تاريخ استلام البضاعة.",
        29,
    ),
    "Turkish": (
        "Mesajınız için teşekkür ederiz. Yeni ürünü bu sabah gönderdik, kargo şirketi üç iş günü içinde teslim edecek. "
        "Bozuk lambayı saklayabilir ya da atabilirsiniz; hiçbir şeyi geri göndermenize gerek yok. Yeni üründe de aynı "
        "arıza varsa lütfen bu e-postayı bir fotoğrafla yanıtlayın, paranızı iade edelim.",
        82,
    ),
    "Arabic": (
        "شكرا على رسالتك. لقد أرسلنا البديل هذا الصباح، وسوف تقوم شركة الشحن بتسليمه خلال ثلاثة أيام عمل. "
        "يمكنك الاحتفاظ بالمصباح المكسور أو التخلص منه، ولا حاجة إلى إعادة أي شيء. إذا ظهر العيب نفسه "
        "في المصباح الجديد فيرجى الرد على هذه الرسالة مع صورة وسوف نعيد لك المبلغ.",
        77,
    ),
}
"""A text, and what o200k_base makes of it."""


@pytest.mark.parametrize("language", TEXTS)
def test_an_estimate_is_near_the_count_in_every_script(language: str) -> None:
    text, wanted = TEXTS[language]
    assert abs(estimate(text) - wanted) <= 0.15 * wanted, (estimate(text), wanted)


def test_an_estimate_of_code_is_near_the_count() -> None:
    pytest.importorskip("bpe_openai")
    code = inspect.getsource(json.decoder) + inspect.getsource(inspect.getfullargspec)
    wanted = count(code, "gpt-4.1")
    assert abs(estimate(code) - wanted) <= 0.15 * wanted, (estimate(code), wanted)


def test_tokens_are_counted_for_models_that_are_known() -> None:
    pytest.importorskip("bpe_openai")
    assert counted("openai/gpt-4.1-mini")
    for text, wanted in TEXTS.values():
        assert count(text, "gpt-4o") == wanted
    assert not counted("some-house-model")
    assert count("hello there", "some-house-model") == estimate("hello there")


@pytest.mark.parametrize("text", ["", " ", "a", "\n\n", "🎉", "\ud800", "1234567890" * 10])
def test_any_text_has_an_estimate(text: str) -> None:
    assert (tokens.estimate(text) > 0) == bool(text)
