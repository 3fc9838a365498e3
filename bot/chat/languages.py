"""What is said once to those who write in another language while no model reads."""

ONLY_ENGLISH = {
    "German": "Ohne Sprachmodell verstehe ich nur Englisch. Bitte wähle eine der Antworten oder schreibe Englisch.",
    "French": "Sans modèle de langue, je ne comprends que l'anglais. Répondez avec les choix proposés ou en anglais.",
    "Spanish": "Sin un modelo de lenguaje solo entiendo inglés. Responde con las opciones o en inglés, por favor.",
    "Italian": "Senza un modello linguistico capisco solo l'inglese. Rispondi con le opzioni o in inglese, per favore.",
    "Portuguese": "Sem um modelo de linguagem só entendo inglês. Responda com as opções ou em inglês, por favor.",
    "Dutch": "Zonder taalmodel begrijp ik alleen Engels. Antwoord met de keuzes of in het Engels.",
    "Polish": "Bez modelu językowego rozumiem tylko angielski. Odpowiedz, wybierając opcje, albo po angielsku.",
    "Turkish": "Dil modeli olmadan yalnızca İngilizce anlıyorum. Lütfen seçeneklerle ya da İngilizce yanıt verin.",
    "Chinese": "没有语言模型时，我只能看懂英文。请用选项回答，或用英文书写。",
    "Japanese": "言語モデルがないため、英語しか理解できません。選択肢から選ぶか、英語で書いてください。",
    "Cyrillic letters": "Без языковой модели я понимаю только английский. Выберите вариант или пишите по-английски.",
    "Korean": "언어 모델이 없어 영어만 이해합니다. 선택지로 답하거나 영어로 적어 주세요.",
}
"""By the name that the detector gives a language, or its letters where that is all it tells."""

NAMED = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "sv": "Swedish",
    "da": "Danish",
    "pl": "Polish",
    "tr": "Turkish",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}
"""By ISO 639-1 code the names that the detector uses."""
