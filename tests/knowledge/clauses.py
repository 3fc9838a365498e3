"""For each clause a case of its own that reaches it. Made up, except that each is a situation a team could be in."""

from knowledge.schema import Value

GATES: dict[str, Value] = {
    "need": ("style",),
    "output": "text",
    "models_tried": "several",
    "prompts_tried": ("several", "few_shot", "schema"),
    "quality_ok": False,
    "already_tuned": False,
    "eval_items": 60,
    "baseline_known": True,
    "examples": 300,
    "examples_from": "people",
    "agreement": "write",
    "owner": "team",
    "knowledge": "none",
    "variety": "none",
    "rule_exists": False,
    "small_model": False,
    "feedback": "none",
}
"""A team that has passed every gate: the starting point from which most cases differ in one thing."""

NO_TARGET: dict[str, Value] = {"baseline_known": False}

CASES: dict[str, tuple[dict[str, Value], str]] = {
    "own": ({"need": ("own_model",)}, "learn_base_first"),
    "facts": ({"need": ("facts",), "knowledge": "changing"}, "retrieval"),
    "premise": (GATES | {"premise_fixes": True}, "retrieval"),
    "rule": (GATES | {"output": "label", "rule_exists": True}, "no_llm"),
    "small": (GATES | {"output": "label", "need": ("cost",), "small_model": True}, "no_llm"),
    "tuned-on-little": (GATES | {"already_tuned": True, "examples": 30}, "dataset_not_ready"),
    "lost": (
        {"need": ("unsure",), "output": "text", "models_tried": "none", "prompts_tried": ("nothing",)},
        "learn_base_first",
    ),
    "compare-small": (
        GATES | {"output": "label", "need": ("skill",), "small_model": True, "baseline_known": False},
        "measure_first",
    ),
    "passes": (GATES | {"pass_rate_low": 0.85}, "prompt_first"),
    "good-enough": (GATES | {"quality_ok": True}, "prompt_first"),
    "few-prompts": (GATES | {"prompts_tried": ("several",)}, "prompt_first"),
    "no-schema": (
        GATES | {"output": "record", "need": ("format",), "prompts_tried": ("several", "few_shot")},
        "prompt_first",
    ),
    "no-prompt": (GATES | {"need": ("cost",), "quality_ok": True, "prompts_tried": ("one",)}, "prompt_first"),
    "old-model": (GATES | {"models_tried": "old"}, "prompt_first"),
    "tuned-unmeasured": (GATES | {"already_tuned": True, "baseline_known": False}, "measure_first"),
    "no-goal": (GATES | {"need": ("unsure",)}, "ask_more"),
    "unmeasured": (GATES | {"eval_items": 12}, "measure_first"),
    "few-rows": (GATES | {"examples": 49}, "dataset_not_ready"),
    "circular": (GATES | {"examples_from": "model"}, "dataset_not_ready"),
    "nobody": (GATES | {"owner": "nobody"}, "prompt_first"),
    "pref-after-tune": (
        GATES | {"already_tuned": True, "agreement": "pick_only", "feedback": "thumbs"},
        "preference_tuning",
    ),
    "rank-only": (GATES | {"agreement": "pick_only", "feedback": "pairs"}, "preference_tuning"),
    "rank-none": (GATES | {"agreement": "pick_only"}, "dataset_not_ready"),
    "cost": (GATES | {"need": ("cost",), "quality_ok": True, "pays_back": True}, "finetune_cost"),
    "creative": (GATES | {"variety": "creative"}, "prompt_first"),
    "behaviour": (GATES, "finetune_consistency"),
    "forgets": (GATES | {"need": ("facts",), "knowledge": "stable", "tuned_fails": ("forgets",)}, "dataset_not_ready"),
    "never-stops": (GATES | {"already_tuned": True, "tuned_fails": ("never_stops",)}, "dataset_not_ready"),
    "repeats": (GATES | {"need": ("facts",), "knowledge": "stable", "tuned_fails": ("repeats",)}, "dataset_not_ready"),
    "refuses": (GATES | {"already_tuned": True, "tuned_fails": ("refuses",)}, "dataset_not_ready"),
    "wrong-language": (GATES | {"already_tuned": True, "tuned_fails": ("wrong_language",)}, "dataset_not_ready"),
    "no-effect": (GATES | {"already_tuned": True, "examples": 30, "tuned_fails": ("no_effect",)}, "measure_first"),
    "overfits": (GATES | {"already_tuned": True, "tuned_fails": ("overfits",)}, "dataset_not_ready"),
    "worse-than-base": (GATES | {"already_tuned": True, "tuned_fails": ("worse_than_base",)}, "dataset_not_ready"),
    "works-and-ends": (GATES | {"finetune": "works", "platform_closes": True}, "keep_finetune"),
    "works": (GATES | {"finetune": "works", "platform_closes": False, "base_retires": False}, "keep_finetune"),
    "works-and-dear": (GATES | {"finetune": "works", "need": ("cost",)}, "keep_finetune"),
    "misread": ({"need": ("facts",), "knowledge": "stable", "retrieval_fails": "reading"}, "prompt_first"),
    "mend-search": ({"need": ("facts",), "knowledge": "stable", "in_place": ("retrieval",)}, "retrieval"),
    "classifier-runs": (
        GATES | {"output": "label", "need": ("cost",), "in_place": ("classifier",), "baseline_known": False},
        "measure_first",
    ),
    "compare-scored": (
        GATES | {"output": "label", "need": ("skill",), "small_model": True} | {"score_known": True, **NO_TARGET},
        "measure_first",
    ),
    "tuned-scored": (GATES | {"already_tuned": True, "score_known": True, **NO_TARGET}, "measure_first"),
    "few-scored": (GATES | {"score_known": True, "eval_items": 12}, "measure_first"),
    "no-target": (GATES | {"score_known": True, **NO_TARGET}, "measure_first"),
    "raw-only": (GATES | {"examples": 0, "material": ("pdfs",)}, "dataset_not_ready"),
    "smoke-test": (GATES | {"already_tuned": True, "examples": 8, "purpose": "smoke_test"}, "dataset_not_ready"),
    "stay": (GATES | {"need": ("cost",), "quality_ok": True, "pays_back": False}, "prompt_first"),
}
