"""What a word before a colon, or before what somebody has, can be besides a name."""

_HEADS = """
    a about accuracy actually advisor agreement aktuell all also amount and annotation annotations answer answers
    antwort anzahl app ask aufgabe aujourd'hui aw background baseline basically because before benchmark bonjour
    bot bottom brief btw budget but cas case cases caso chatbot classes client clients cloud complaint complaints
    compute concern concerns conclusion constraint constraints context contexte contexto cost coste costs counts
    coûts currently data dataset datasets daten datos deadline detail details domain données edit estado eval evals
    example examples extra fact facts fazit feedback finetune format frage fragen fyi goal goals good gpu gpus
    hallo hardware headline hello here heute hey hi hintergrund history hola honestly hosting how however ich idea
    important in info infra infrastructure input inputs intro is issue issues it just knowledge kontext kosten kurz
    label labels lage language latency legal limit limits location material maybe me menge meta metric metrics
    model modell modelo models modèle moi my myself nachtrag nb need needs news next nosotros note notes nous now
    number numbers objectif objective objetivo ok okay old on one option options other our ours output outputs
    overview owner people performance pipeline plan platform plus point points pregunta present privacy problem
    problema problems problème product progress prompt prompts provider ps purpose quality qualität question
    questions quick re reality reason respuesta result results resumen rows réponse résumé samples scale scope
    score scores security self setup short size so sources speed stack stage stand state stats status still story
    style sujet sum summary support survey system systems tarea target task tasks team tech technique test tests
    thanks that the thema then there thing things this time tldr today tone topic total traffic training truth
    tuning tâche update updates us usage use user users variety versions volume we well what when where which who
    why wir with workflow yes yo ziel zusammenfassung
"""
HEADS = frozenset(_HEADS.split())
"""What people write above words of their own: a matter, a remark or themselves. Any other word there is a name."""
_HOME = """
    accounting adjusters admin agents airtable analysts annotators app archive argilla backend backlog bert
    bigquery bucket case claude company compliance confluence corpus crm csv customer customers das database
    db deepseek department der desk developers die doctors drive engineering engineers erp everybody everyone
    excel experts export faq file finance folder gemini gemma github gpt grok group haiku helpdesk hr hubspot
    inbox interns it jira json jsonl langfuse langsmith law lawyers legal llama logs mailbox management
    marketing mein meine mistral mongo mysql nurses operations ops opus org phi postgres procurement prodigy
    qa qwen repo repository research s3 sales salesforce servicenow sharepoint sheet sheets snowflake somebody
    sonnet spreadsheet sqlite staff storage table teachers translators un unser unsere warehouse wiki zendesk
"""
HOME = frozenset(_HOME.split())
"""Departments, people, stores of data and models that a name may be as well: what these have is in hand."""
