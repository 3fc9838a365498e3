"""Slack and Discord have the same abilities: the table in docs/parity.md, and a test for each side of each row."""

import importlib
from pathlib import Path

import pytest

TABLE = Path(__file__).parent.parent / "docs" / "parity.md"
IMPOSSIBLE = "Impossible: "

S, D = "tests.slack.", "tests.discord."
_TALK, _WHOLE = f"{S}test_conversations::test_", f"{D}test_conversations::test_"
_MINDS, _MANNERS = f"{S}test_conversations_manners::test_", f"{D}test_conversations_manners::test_"
_TROUBLE = f"{D}test_conversations_faults::test_"

# By ability: the test on Slack, the test on Discord; None where it is impossible there.
TESTS: dict[str, tuple[str | None, str | None]] = {
    "Ask in a channel": (
        f"{_TALK}two_who_disagree_in_a_thread_come_to_a_verdict_with_its_picture",
        f"{_WHOLE}two_who_disagree_in_a_thread_come_to_a_verdict_with_its_picture",
    ),
    "Go on in a thread": (
        f"{S}inbound.test_messages::test_a_follow_up_needs_no_mention_where_the_advisor_is",
        f"{D}inbound.test_messages::test_with_the_intent_a_thread_that_listens_is_heard",
    ),
    "Go on without reading everything": (
        f"{S}test_doctor::test_a_minimal_app_is_well_and_reminded_of_what_it_lacks",
        f"{_WHOLE}a_thread_without_the_message_content_intent_comes_to_a_verdict",
    ),
    "Ask in a forum": (None, f"{_WHOLE}a_forum_post_is_a_thread_of_its_own"),
    "Ask in direct messages": (
        f"{_TALK}a_direct_message_goes_from_the_suggested_prompt_to_a_verdict",
        f"{_WHOLE}a_direct_message_goes_from_help_to_a_verdict_with_its_picture",
    ),
    "Ask by command": (
        f"{_TALK}a_slash_command_holds_a_consultation_that_nobody_else_sees",
        f"{D}inbound.test_commands::test_every_command_of_the_advisor_is_one_on_discord",
    ),
    "Completion while a command is typed": (
        None,
        f"{D}inbound.test_commands::test_names_of_rules_and_facts_are_offered_while_typing",
    ),
    "Ask about somebody's message": (
        f"{_TALK}a_message_is_asked_about_by_its_shortcut",
        f"{_WHOLE}a_message_is_asked_about_by_its_menu",
    ),
    "Begin from anywhere": (
        f"{_TALK}from_the_global_shortcut_to_the_home_tab_and_back",
        f"{D}inbound.test_commands::test_who_has_installed_it_for_themselves_can_use_it_anywhere",
    ),
    "Use it where it is not installed for all": (
        None,
        f"{_WHOLE}who_has_it_installed_for_themselves_comes_to_a_verdict_anywhere",
    ),
    "Private consultation in a channel": (
        f"{S}inbound.test_commands::test_the_answer_is_seen_by_nobody_else",
        f"{_WHOLE}a_command_holds_a_consultation_that_nobody_else_sees",
    ),
    "Overview of one's consultations": (
        f"{S}inbound.test_home::test_each_one_can_be_found_and_forgotten_and_a_new_one_begun",
        None,
    ),
    "First words to choose from": (
        f"{S}inbound.test_messages::test_prompts_are_suggested_where_the_dm_is_opened",
        None,
    ),
    "Answer by button": (
        f"{S}inbound.test_components::test_a_button_answers_the_question",
        f"{D}inbound.test_interactions::test_a_button_is_an_answer_and_shows_who_gave_it",
    ),
    "Answer by menu": (
        f"{S}inbound.test_components::test_several_are_chosen_then_done",
        f"{D}inbound.test_interactions::test_a_menu_for_several_is_one_answer",
    ),
    "Answer by form": (
        f"{S}inbound.test_forms::test_a_form_opens_at_once_and_what_is_sent_counts_once",
        f"{D}inbound.test_interactions::test_a_form_opens_at_once_and_its_submission_is_the_answer",
    ),
    "Not to know": (
        f"{S}inbound.test_components::test_not_knowing_is_an_answer",
        f"{D}inbound.test_interactions::test_i_do_not_know_is_an_answer",
    ),
    "Who answered what": (
        f"{S}inbound.test_components::test_everybody_sees_who_chose_what_and_the_buttons_are_gone",
        f"{D}inbound.test_interactions::test_a_button_is_an_answer_and_shows_who_gave_it",
    ),
    "Paste samples or a finetuning file": (
        f"{S}inbound.test_forms::test_samples_are_pasted_into_a_form_with_files",
        f"{D}inbound.test_interactions::test_samples_are_pasted_into_a_form",
    ),
    "Upload samples or a finetuning file": (
        f"{_MINDS}samples_come_as_a_file",
        f"{_MANNERS}samples_come_as_a_file",
    ),
    "Edit a message": (
        f"{_MINDS}edits_and_deletions_take_their_facts_with_them",
        f"{_MANNERS}edits_and_deletions_take_their_facts_with_them",
    ),
    "Delete a message": (
        f"{_MINDS}edits_and_deletions_take_their_facts_with_them",
        f"{_MANNERS}edits_and_deletions_take_their_facts_with_them",
    ),
    "Mentioned late in a thread": (
        f"{_MINDS}mentioned_late_it_reads_the_thread_once_and_says_how_much",
        f"{_MANNERS}mentioned_late_it_reads_the_thread_once_and_says_how_much",
    ),
    "People who disagree": (
        f"{_TALK}two_who_disagree_in_a_thread_come_to_a_verdict_with_its_picture",
        f"{_WHOLE}two_who_disagree_in_a_thread_come_to_a_verdict_with_its_picture",
    ),
    "Verdict": (
        f"{S}render.test_messages::test_a_verdict_has_its_sentence_as_a_header",
        f"{D}render.test_messages::test_a_verdict_begins_with_its_sentence_as_a_heading",
    ),
    "Picture of a trial": (
        f"{S}render.test_messages::test_a_picture_has_its_words_and_a_file_its_name",
        f"{D}render.test_messages::test_a_picture_has_its_words_and_a_file_its_name",
    ),
    "Tables": (
        f"{S}render.test_messages::test_a_long_table_goes_over_messages_and_a_huge_one_into_a_file",
        f"{D}render.test_messages::test_a_narrow_table_is_aligned_a_wide_one_a_list_a_long_one_a_file",
    ),
    "Long answers": (
        "tests.contract.test_slack::TestSlack::test_a_long_reply_is_shown_whole",
        "tests.contract.test_discord::TestDiscord::test_a_long_reply_is_shown_whole",
    ),
    "Answers that appear as they are made": (
        f"{S}outbound.test_stream::test_a_free_answer_in_a_dm_is_streamed_whole_and_has_its_key_at_the_end",
        None,
    ),
    "Progress of a trial": (
        f"{S}outbound.test_progress::test_it_is_one_message_with_a_bar_that_is_changed_in_place",
        f"{D}outbound.test_progress::test_one_message_changes_and_keeps_to_a_second",
    ),
    "Shows that it works": (
        f"{S}inbound.test_messages::test_work_shows_and_ends_with_the_answer",
        f"{_MANNERS}work_shows_until_the_answer_is_there",
    ),
    "Stop a trial": (
        f"{_MINDS}a_trial_is_stopped_by_who_asked_and_not_by_others",
        f"{_MANNERS}a_trial_is_stopped_by_who_asked_and_not_by_others",
    ),
    "The platform's own stop button": (
        f"{_MINDS}the_native_stop_button_ends_a_trial_with_what_it_has",
        None,
    ),
    "Decision record": (
        f"{_TALK}two_who_disagree_in_a_thread_come_to_a_verdict_with_its_picture",
        f"{_WHOLE}two_who_disagree_in_a_thread_come_to_a_verdict_with_its_picture",
    ),
    "Feedback": (
        f"{S}inbound.test_components::test_everybody_has_a_thumb",
        f"{D}inbound.test_interactions::test_everybody_has_a_thumb_of_their_own",
    ),
    "Help and rules": (
        f"{S}inbound.test_acks::test_help_and_rules_are_answered_with_the_store_down",
        f"{D}inbound.test_buffer::test_help_and_the_rules_answer_as_ever",
    ),
    "Says what it is": (
        f"{_MINDS}what_it_is_and_where_words_go_is_said_once_to_each_person",
        f"{_MANNERS}what_it_is_and_where_words_go_is_said_once_to_each_person",
    ),
    "Allowed channels": (
        f"{_MINDS}an_admin_allows_channels_and_switches_it_off",
        f"{_MANNERS}those_who_manage_the_server_allow_channels_and_roles_and_switch_it_off",
    ),
    "Allowed roles": (None, f"{_MANNERS}those_who_manage_the_server_allow_channels_and_roles_and_switch_it_off"),
    "Off switch": (
        f"{_MINDS}an_admin_allows_channels_and_switches_it_off",
        f"{_MANNERS}those_who_manage_the_server_allow_channels_and_roles_and_switch_it_off",
    ),
    "Leave a thread": (
        f"{_MINDS}leave_ends_listening_until_it_is_mentioned_again",
        f"{_MANNERS}leave_ends_listening_until_it_is_mentioned_again",
    ),
    "Forget": (
        f"{S}inbound.test_shortcuts::test_one_of_mine_is_forgotten_from_home",
        f"{D}test_manners::test_forget_deletes_and_a_new_word_begins_anew",
    ),
    "Taken out of a workspace or server": (
        f"{S}inbound.test_messages::test_an_uninstalled_workspace_is_told_apart_and_forgotten",
        f"{D}inbound.test_messages::test_a_server_that_takes_the_advisor_out_is_forgotten",
    ),
    "Other bots and webhooks": (
        f"{S}inbound.test_messages::test_other_bots_and_webhooks_are_never_answered",
        f"{D}inbound.test_messages::test_machines_and_ourselves_are_never_answered",
    ),
    "Never unasked": (
        f"{S}test_manners::test_it_never_joins_or_posts_unasked",
        f"{D}test_manners::test_it_never_posts_unasked",
    ),
    "Words of people call nobody": (
        f"{_MINDS}what_people_write_calls_nobody_and_hides_no_link",
        f"{_MANNERS}what_people_write_calls_nobody_and_hides_no_link",
    ),
    "Private stays private": (
        f"{_MINDS}what_is_said_in_private_is_not_known_in_a_channel",
        f"{_MANNERS}what_is_said_in_private_is_not_known_in_a_channel",
    ),
    "Buttons and open forms after a restart": (
        f"{S}inbound.test_components::test_buttons_work_after_a_restart",
        f"{_TROUBLE}a_conversation_outlives_its_process_with_its_buttons_and_its_trial",
    ),
    "Wrong person, wrong place": (
        f"{S}inbound.test_components::test_the_wrong_person_is_told_and_nothing_is_stored",
        f"{_TROUBLE}a_button_counts_once_and_only_for_whom_it_is",
    ),
    "Double press": (
        f"{S}inbound.test_components::test_a_double_press_counts_once",
        f"{D}inbound.test_interactions::test_a_double_press_counts_once_and_the_second_is_told",
    ),
    "Delivered once": (
        f"{S}outbound.test_deliver::test_after_a_send_in_doubt_the_thread_is_looked_through",
        f"{D}outbound.test_deliver::test_a_message_that_arrived_unheard_is_not_sent_twice",
    ),
    "Rate limits": (
        f"{S}outbound.test_deliver::test_after_a_limit_a_reply_goes_on_where_it_broke_off",
        f"{_TROUBLE}limits_and_faults_on_every_route_delay_and_repeat_nothing",
    ),
    "Prompt acknowledgement": (
        f"{S}inbound.test_acks::test_nothing_waits_for_a_slow_model",
        f"{_TROUBLE}a_slow_model_holds_up_no_acknowledgement",
    ),
    "Connection lost": (
        f"{S}inbound.test_transports::test_a_cut_socket_is_opened_again",
        f"{_TROUBLE}the_gateway_goes_and_comes_back_in_the_middle_of_a_turn",
    ),
    "Store down": (
        f"{S}inbound.test_acks::test_an_event_is_refused_redelivered_and_then_taken_once",
        f"{_TROUBLE}with_the_store_down_messages_wait_and_all_else_is_answered_at_once",
    ),
    "Without an open address": (
        f"{S}inbound.test_transports::test_a_refreshed_socket_loses_nothing",
        f"{D}inbound.test_gateway::test_what_is_said_while_the_connection_is_lost_is_heard_once",
    ),
    "Behind an open address": (f"{S}inbound.test_transports::test_over_http_slack_calls_us", None),
    "Many processes": (
        f"{S}auth.test_clients::test_who_the_bot_is_comes_from_the_store_and_no_event_asks_slack",
        f"{D}inbound.test_gateway::test_two_processes_share_the_shards",
    ),
    "Many workspaces or servers": (
        f"{S}auth.test_oauth::test_several_workspaces_install_it_side_by_side_and_again",
        f"{D}inbound.test_gateway::test_two_shards_are_one_advisor",
    ),
    "Tokens that rotate": (f"{S}auth.test_rotation::test_a_token_that_ends_soon_is_renewed_before_it_is_used", None),
    "Setting it up": (
        f"{S}test_manifest::test_slacks_own_schema_accepts_it",
        f"{D}inbound.test_command_sync::test_they_are_told_once_and_again_when_they_change",
    ),
    "`advisor doctor`": (
        f"{S}test_doctor::test_all_is_well",
        f"{D}test_doctor::test_all_is_well_with_the_permissions_of_the_link",
    ),
}


def rows(page: str) -> list[list[str]]:
    """Return the cells of each row of the table, without its head."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def faults(table: list[list[str]], tests: dict[str, tuple[str | None, str | None]]) -> list[str]:
    """Return what is not equal: abilities that only one of the two has, sides that are missing for no reason."""
    found = [f"{each}: in the table only" for each in [row[0] for row in table] if each not in tests]
    found += [f"{each}: not in the table" for each in tests if each not in [row[0] for row in table]]
    found += [f"{row[0]}: twice" for at, row in enumerate(table) if row[0] in [each[0] for each in table[:at]]]
    for ability, *cells in table:
        sides = tests.get(ability, ())
        if len(cells) != 2 or not all(cells):
            found.append(f"{ability}: a side is empty")
            continue
        if sides and not any(sides):
            found.append(f"{ability}: on neither side")
        for cell, test in zip(cells, sides, strict=False):
            reason = cell.removeprefix(IMPOSSIBLE) if cell.startswith(IMPOSSIBLE) else None
            if test is None and (reason is None or len(reason.split()) < 4):
                found.append(f"{ability}: on one side only, and no reason")
            if test is not None and reason is not None:
                found.append(f"{ability}: impossible, and tested")
    return found


def proof(named: str) -> object:
    """Return a test by its name; it raises where there is none."""
    module, *path = named.split("::")
    found: object = importlib.import_module(module)
    for name in path:
        found = getattr(found, name)
    return found


def test_each_ability_is_on_both_sides_or_says_why_not() -> None:
    assert faults(rows(TABLE.read_text(encoding="utf-8")), TESTS) == []


@pytest.mark.parametrize("named", sorted({test for sides in TESTS.values() for test in sides if test}))
def test_each_side_is_tested(named: str) -> None:
    assert callable(proof(named)) and named.rpartition("::")[2].startswith("test_")


@pytest.mark.parametrize(
    ("row", "sides"),
    [
        (["A", "yes", ""], ("t", None)),
        (["A", "yes", "no"], ("t", None)),
        (["A", "yes", "Impossible: no"], ("t", None)),
        (["A", "yes", "Impossible: Discord has no such thing"], ("t", "t")),
        (["A", "Impossible: it has no such thing", "Impossible: it has no such thing"], (None, None)),
        (["B", "yes", "yes"], ("t", "t")),
    ],
)
def test_a_side_that_is_missing_is_found(row: list[str], sides: tuple[str | None, str | None]) -> None:
    assert faults([row], {"A": sides})


def test_a_test_that_is_gone_is_found() -> None:
    with pytest.raises(AttributeError):
        proof("tests.test_parity::test_that_is_not_there")
