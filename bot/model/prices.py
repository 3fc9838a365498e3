"""What a call to a named model costs."""

from knowledge.models import plain


def usd(model: str, tokens_in: int, tokens_out: int) -> float | None:
    """Return the price in USD, None where nobody publishes one for this model."""
    # 0.4 s to import, and only a trial needs it.
    from genai_prices import Usage, calc_price

    # One call is priced and scaled: the price of a large sum would fall into the tier of a single huge prompt.
    probe = 1000
    # A list that has not the name as written may have its plain form; some write versions with hyphens. A finetune is
    # dearer than its base, so the base's price is none for it.
    forms = () if model.startswith("ft:") else (plain(model), plain(model).replace(".", "-"))
    for name in dict.fromkeys((model, *forms)):
        try:
            into = calc_price(Usage(input_tokens=probe), model_ref=name).total_price
            out = calc_price(Usage(output_tokens=probe), model_ref=name).total_price
        except (LookupError, ValueError):
            continue
        return float(into) * tokens_in / probe + float(out) * tokens_out / probe
    return None
