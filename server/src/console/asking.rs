//! What whoever watches over privacy asks about an opening in an emergency: it waits for whoever opened it
//! until they answer, and both stand beside the opening from then on.

use rand::rngs::StdRng;

use super::{ConsoleError, ConsoleUser, stated};
use crate::audit::reasons;
use crate::store::acts::AuditAct;

impl ConsoleUser<'_> {
    /// Asks whoever opened something in an emergency about it.
    ///
    /// # Errors
    /// When they do not watch over privacy, there is no such opening of somebody else, or they say nothing.
    pub(super) fn ask_about_emergency(
        &self,
        mut rng: StdRng,
        emergency: i64,
        question: &str,
    ) -> Result<(), ConsoleError> {
        let object = format!("emergency {emergency}");
        self.check_watches_privacy(&object)?;
        let question = stated(question)?;
        let (now, user, actor, noted) = (self.now, self.who.user, self.actor(), object.clone());
        let asked = self.writer.write::<_, ConsoleError, _>(move |tx| {
            let opened = tx.db.opened_in_emergency(emergency)?.filter(|(by, _)| *by != user);
            let (_, scope) = opened.ok_or(ConsoleError::NotFound)?;
            let sealed = reasons::seal(&mut rng, tx, &scope, &question)?;
            tx.db.ask_about_emergency(now, user, emergency, &sealed)?;
            Ok(tx.note(now, actor, AuditAct::AskAboutEmergency, noted, "done")?)
        });
        asked.or_else(|refusal| self.refused(object, refusal))
    }

    /// Answers what was asked about an opening of one's own.
    ///
    /// # Errors
    /// When nothing of this number waits for their answer, or they say nothing.
    pub(super) fn answer_question(
        &self,
        mut rng: StdRng,
        question: i64,
        answer: &str,
    ) -> Result<(), ConsoleError> {
        let answer = stated(answer)?;
        let (now, user, actor) = (self.now, self.who.user, self.actor());
        let answered = self.writer.write::<_, ConsoleError, _>(move |tx| {
            let emergency = tx.db.open_question(question)?.ok_or(ConsoleError::NotFound)?;
            let opened = tx.db.opened_in_emergency(emergency)?.filter(|(by, _)| *by == user);
            let (_, scope) = opened.ok_or(ConsoleError::NotFound)?;
            let sealed = reasons::seal(&mut rng, tx, &scope, &answer)?;
            tx.db.answer_question(now, question, &sealed)?;
            let object = format!("emergency {emergency}");
            Ok(tx.note(now, actor, AuditAct::AnswerAboutEmergency, object, "done")?)
        });
        answered.or_else(|refusal| self.refused("question".to_owned(), refusal))
    }
}
