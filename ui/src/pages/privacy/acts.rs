//! What the audit says was done and with what result, in words of a page's language.

use crate::words::Words;

/// Says what was done, by its name in the audit; by that name itself, if there are no words for it yet.
pub(crate) fn said(act: &str, words: Words) -> String {
    match act {
        "accept refused work" => words.audited_accept_refused_work(),
        "add user" => words.audited_add_user(),
        "announce" => words.audited_announce(),
        "announce address" => words.audited_announce_address(),
        "announce key" => words.audited_announce_key(),
        "answer about emergency" => words.audited_answer_about_emergency(),
        "ask about emergency" => words.audited_ask_about_emergency(),
        "assign" => words.audited_assign(),
        "backup" => words.audited_backup(),
        "begin account" => words.audited_begin_account(),
        "call for help" => words.audited_call_for_help(),
        "change absence" => words.audited_change_absence(),
        "change password" => words.audited_change_password(),
        "check in" => words.audited_check_in(),
        "close account" => words.audited_close_account(),
        "close emergency" => words.audited_close_emergency(),
        "close restore" => words.audited_close_restore(),
        "confirm session" => words.audited_confirm_session(),
        "create" => words.audited_create(),
        "disclose" => words.audited_disclose(),
        "dismiss refused work" => words.audited_dismiss_refused_work(),
        "end sessions" => words.audited_end_sessions(),
        "end shift" => words.audited_end_shift(),
        "enrol" => words.audited_enrol(),
        "erase" => words.audited_erase(),
        "exceed budget" => words.audited_exceed_budget(),
        "export audit" => words.audited_export_audit(),
        "extend shift" => words.audited_extend_shift(),
        "give role" => words.audited_give_role(),
        "init" => words.audited_init(),
        "invite" => words.audited_invite(),
        "invite to reconnect" => words.audited_invite_to_reconnect(),
        "invite to the console" => words.audited_invite_to_the_console(),
        "lock device" => words.audited_lock_device(),
        "look at emergency" => words.audited_look_at_emergency(),
        "make recovery codes" => words.audited_make_recovery_codes(),
        "open in an emergency" => words.audited_open_in_an_emergency(),
        "order wipe" => words.audited_order_wipe(),
        "publish catalogue" => words.audited_publish_catalogue(),
        "read" => words.audited_read(),
        "reconcile" => words.audited_reconcile(),
        "reconnect" => words.audited_reconnect(),
        "refuse" => words.audited_refuse(),
        "renew certificate" => words.audited_renew_certificate(),
        "repair refused work" => words.audited_repair_refused_work(),
        "restore" => words.audited_restore(),
        "revoke device" => words.audited_revoke_device(),
        "set account" => words.audited_set_account(),
        "settle" => words.audited_settle(),
        "show contact" => words.audited_show_contact(),
        "sign in" => words.audited_sign_in(),
        "sign out" => words.audited_sign_out(),
        "start" => words.audited_start(),
        "start shift" => words.audited_start_shift(),
        "state a reason" => words.audited_state_a_reason(),
        "take role" => words.audited_take_role(),
        "unassign" => words.audited_unassign(),
        "unlock device" => words.audited_unlock_device(),
        "view" => words.audited_view(),
        "write" => words.audited_write(),
        "accept transfer" => words.audited_accept_transfer(),
        "ask transfer" => words.audited_ask_transfer(),
        "print" => words.audited_print(),
        "refuse transfer" => words.audited_refuse_transfer(),
        "take back transfer" => words.audited_take_back_transfer(),
        other => other.to_owned(),
    }
}

/// Says what it was done to, where that is a list or the like; `None` if there are no words for it.
pub(crate) fn object(text: &str, words: Words) -> Option<String> {
    Some(match text {
        "board" | "caseload" => words.nav_cases(),
        "tasks" | "task list" | "late tasks" => words.nav_tasks(),
        "review queue" => words.nav_review(),
        "conflicts" => words.nav_conflicts(),
        "people" => words.audited_search(),
        "emergencies" => words.nav_emergencies(),
        "refusals" => words.audited_refusals(),
        "audit verification" => words.check_title(),
        "vouched for" => words.vouched_title(),
        "confirmation" => words.confirm_title(),
        _ => return None,
    })
}

/// Says with what result. Returns what there are words for, and what the audit has in its own words.
pub(crate) fn outcome(text: &str, words: Words) -> (Option<String>, Option<String>) {
    let (mut known, mut rest) = (Vec::new(), Vec::new());
    for part in text.split(", ").filter(|part| !part.is_empty()) {
        match in_words(part, words) {
            Some(said) => known.push(said),
            // These are shown with their words, where these may be seen.
            None if part.starts_with("reason ") || part.starts_with("purpose ") => {}
            None => rest.push(part),
        }
    }
    let joined = |parts: String| (!parts.is_empty()).then_some(parts);
    (joined(known.join(", ")), joined(rest.join(", ")))
}

fn in_words(part: &str, words: Words) -> Option<String> {
    if let Some((number, what)) = part.split_once(' ')
        && let Ok(number) = number.parse::<u64>()
    {
        return match what {
            "records" => Some(words.audited_records(number)),
            "rows" => Some(words.audit_rows(number)),
            "cases" => Some(words.count_cases(number)),
            "tasks" => Some(words.audited_tasks(number)),
            "recovery_codes" => Some(words.recovery_left(number)),
            "findings" => Some(words.audited_findings(number)),
            _ => None,
        };
    }
    match part {
        "done" => Some(words.audited_done()),
        "ordered" => Some(words.audited_ordered()),
        "confirmed" => Some(words.audited_confirmed()),
        "found" => Some(words.audited_found()),
        "shown" => Some(words.audited_shown()),
        "wrong" => Some(words.audited_wrong()),
        "wrong_password" => Some(words.audited_wrong_password()),
        "wrong_totp" => Some(words.audited_wrong_code()),
        "used_totp" => Some(words.audited_used_code()),
        "unknown_name" => Some(words.audited_unknown_name()),
        "account_closed" => Some(words.audited_account_closed()),
        "codes_locked" => Some(words.audited_codes_locked()),
        "in an emergency" => Some(words.audited_in_emergency()),
        "confirm_first" => Some(words.audited_confirm_first()),
        "not_found" => Some(words.audited_not_found()),
        "no_access" => Some(words.audited_no_access()),
        "reason_needed" => Some(words.audited_reason_needed()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::words::Language;

    use super::*;

    #[test]
    fn a_result_is_said_in_words_as_far_as_there_are_any() {
        let words = Words::of(Language::English);
        let said = |text| outcome(text, words);
        assert_eq!(said("done"), (Some("done".to_owned()), None));
        let read = said("3 records, reason 7, in an emergency");
        assert_eq!(read, (Some("3 records, in an emergency".to_owned()), None));
        let other = said("role SUP, done");
        assert_eq!(other, (Some("done".to_owned()), Some("role SUP".to_owned())));
        assert_eq!(said(""), (None, None));
    }
}
