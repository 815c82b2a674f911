"""Where each parameter stands in the inspector."""

# In its order: title, open at first, names of fields.
GROUPS = [
    ("Prompt", True, ["system"]),
    ("Sampling", True, ["temperature", "top_p", "max_completion_tokens", "stop", "seed"]),
    ("Reasoning", False, ["reasoning_effort", "reasoning_format", "include_reasoning"]),
    ("Output", False, ["response_format", "schema_name", "schema", "schema_strict"]),
    (
        "Tools",
        False,
        [
            "tools",
            "browser_search",
            "code_interpreter",
            "tool_choice",
            "tool_name",
            "parallel_tool_calls",
            "disable_tool_validation",
        ],
    ),
    (
        "Search, documents",
        False,
        [
            "search_include_domains",
            "search_exclude_domains",
            "search_include_images",
            "search_country",
            "documents",
            "citation_options",
        ],
    ),
    (
        "Compound",
        False,
        ["compound_reasoning_model", "compound_answering_model", "compound_enabled_tools", "compound_wolfram_authorization"],
    ),
    ("Service tier", False, ["service_tier"]),
    (
        "Advanced",
        False,
        [
            "user",
            "metadata",
            "store",
            "truncation",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "top_logprobs",
            "n",
            "extra",
        ],
    ),
]
