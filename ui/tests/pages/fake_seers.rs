//! Who can see a case, as a test says.

use ui::views::Handle;
use ui::views::seers::SeersView;
use ui::{Refusal, SeersSource};

/// Who can see the case at every address.
#[derive(Default)]
pub(crate) struct Seeing(pub(crate) Option<SeersView>);

impl SeersSource for Seeing {
    fn seers(&mut self, _case: &Handle) -> Result<SeersView, Refusal> {
        self.0.clone().ok_or(Refusal::NotFound)
    }
}
