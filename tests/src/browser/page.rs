//! One window of one browser, and what a person does in it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a harness: what fails is what a test is about"
)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value as Json, json};

use super::driver::{Driver, Refused};

/// How a window looks to its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looks {
    /// Its width, in CSS pixels.
    pub width: u32,
    /// Whether its reader prefers dark colours.
    pub dark: bool,
    /// The language that its reader asks for.
    pub language: &'static str,
    /// The size of text that its reader set, in pixels.
    pub text: u32,
}

impl Default for Looks {
    fn default() -> Self {
        Self { width: 1280, dark: false, language: "en", text: 16 }
    }
}

/// A browser with one window, new and without a past. It ends when this is dropped.
#[derive(Debug)]
pub struct Browser {
    driver: &'static Driver,
    session: String,
    base: String,
    profile: tempfile::TempDir,
}

/// Something on the page.
#[derive(Debug, Clone)]
pub struct Element(String);

/// A window of a browser.
#[derive(Debug, Clone)]
pub struct Window(Json);

impl Browser {
    /// Starts one that opens paths of the server at `base`.
    pub fn start(base: &str, looks: Looks) -> Self {
        let driver = Driver::of_this_process();
        let profile = tempfile::tempdir().unwrap();
        let mut arguments: Vec<String> = ARGUMENTS.iter().map(|it| (*it).to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let capabilities = json!({
            "acceptInsecureCerts": true,
            "timeouts": {"implicit": PATIENCE, "script": PATIENCE, "pageLoad": PATIENCE},
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": {
                    "intl.accept_languages": looks.language,
                    "webkit.webprefs.default_font_size": looks.text,
                },
            },
        });
        let session = driver.begin(&capabilities);
        let browser = Self { driver, session, base: base.to_owned(), profile };
        browser.look(looks);
        browser
    }

    /// Changes the size of the window and the colours that its reader prefers.
    pub fn look(&self, looks: Looks) {
        let height = if looks.width < 600 { 780 } else { 800 };
        let size = json!({
            "width": looks.width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if looks.dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.cdp("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// Runs scripts of pages no more, or again.
    pub fn run_scripts(&self, run: bool) {
        self.cdp("Emulation.setScriptExecutionDisabled", &json!({"value": !run}));
    }

    /// Opens a path, as if it had been typed.
    pub fn open(&self, path: &str) {
        self.post("/url", &json!({"url": format!("{}{path}", self.base)}));
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.post("/refresh", &json!({}));
    }

    /// Presses the browser's Back.
    pub fn back(&self) {
        self.post("/back", &json!({}));
    }

    /// Opens another window of this browser, and goes on there. Returns the one before.
    pub fn new_window(&self, looks: Looks) -> Window {
        let before = self.get("/window");
        let new = self.post("/window/new", &json!({"type": "window"}));
        self.post("/window", &json!({"handle": new["handle"]}));
        self.look(looks);
        Window(before)
    }

    /// Goes on in a window.
    pub fn switch_to(&self, window: &Window) {
        self.post("/window", &json!({"handle": window.0}));
    }

    /// Kills the process that draws the page (SIGKILL), and goes on in another window.
    #[cfg(target_os = "linux")]
    pub fn killed(&self, looks: Looks) {
        let killed = super::processes::renderers_of(self.profile.path());
        assert!(!killed.is_empty(), "no page is drawn");
        for id in killed {
            // It may have ended by itself.
            drop(std::process::Command::new("kill").args(["-KILL", &id.to_string()]).status());
        }
        self.new_window(looks);
    }

    /// Returns the path with its query.
    pub fn path(&self) -> String {
        let url = self.get("/url");
        let url = url.as_str().unwrap();
        url.strip_prefix(&self.base).unwrap_or(url).to_owned()
    }

    /// Finds what a CSS selector names, as soon as it is there.
    #[track_caller]
    pub fn find(&self, css: &str) -> Element {
        self.located("css selector", css)
    }

    /// Finds the link that begins with this text.
    #[track_caller]
    pub fn link(&self, text: &str) -> Element {
        self.located("xpath", &format!("//a[starts-with(normalize-space(),{})]", quoted(text)))
    }

    /// Finds the button that reads so, whatever stands before or after it for screen readers.
    #[track_caller]
    pub fn button(&self, text: &str) -> Element {
        self.located("xpath", &format!("//button[contains(normalize-space(),{})]", quoted(text)))
    }

    /// Finds what opens a part of the page and begins with this text.
    #[track_caller]
    pub fn summary(&self, text: &str) -> Element {
        self.located("xpath", &format!("//summary[contains(normalize-space(),{})]", quoted(text)))
    }

    /// Finds the input whose label begins with this text.
    #[track_caller]
    pub fn field(&self, label: &str) -> Element {
        let label = quoted(label);
        let labels = format!("//label[starts-with(normalize-space(),{label})]");
        self.located("xpath", &format!("//*[@id={labels}/@for]|{labels}/input"))
    }

    /// Waits until this text stands in the main part of the page, where it is seen.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        let text = json!(text);
        let shown = "document.querySelector('main').innerText.replace(/\\s+/g, ' ')";
        self.wait(&format!("{shown}.includes({text})"));
    }

    /// Returns all that is seen in the main part of the page.
    pub fn text(&self) -> String {
        self.script(
            "return (document.querySelector('main')?.innerText ?? '').replace(/\\s+/g, ' ')",
            json!([]),
        )
        .as_str()
        .unwrap()
        .to_owned()
    }

    /// Returns the texts of all that a CSS selector names, none if it names nothing.
    pub fn texts(&self, css: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])]
            .map(it => it.innerText.replace(/\\s+/g, ' ').trim())";
        serde_json::from_value(self.script(script, json!([css]))).unwrap()
    }

    /// Counts what a CSS selector names.
    pub fn count(&self, css: &str) -> usize {
        self.texts(css).len()
    }

    /// Clicks.
    #[track_caller]
    pub fn click(&self, element: &Element) {
        // Scrolled to by the driver alone, it would lie under the bar at the foot of a phone's page.
        let scroll = "if (document.body.classList.contains('phone'))
            arguments[0].scrollIntoView({block: 'center', behavior: 'instant'});";
        drop(
            self.try_post(
                "/execute/sync",
                &json!({"script": scroll, "args": [element.argument()]}),
            ),
        );
        let asked = self.try_post(&format!("/element/{}/click", element.0), &json!({}));
        // A click that opens another page may end the element before it is told.
        if let Err(refused) = asked
            && refused.code != "stale element reference"
        {
            panic!("cannot click: {}", refused.message);
        }
    }

    /// Types into an input, after what stands in it.
    pub fn add(&self, element: &Element, text: &str) {
        self.post(&format!("/element/{}/value", element.0), &json!({"text": text}));
    }

    /// Types into an input, in the place of what stands in it.
    pub fn fill(&self, element: &Element, text: &str) {
        self.post(&format!("/element/{}/clear", element.0), &json!({}));
        self.add(element, text);
    }

    /// Chooses the option of a list that reads so.
    #[track_caller]
    pub fn choose(&self, element: &Element, text: &str) {
        let path = format!(".//option[normalize-space()={}]", quoted(text));
        let asked = json!({"using": "xpath", "value": path});
        let option = self.post(&format!("/element/{}/element", element.0), &asked);
        self.click(&Element::of(&option));
    }

    /// Returns what stands in an input.
    pub fn value(&self, element: &Element) -> String {
        self.get(&format!("/element/{}/property/value", element.0)).as_str().unwrap().to_owned()
    }

    /// Returns an attribute; an empty text if it is not there.
    pub fn attribute(&self, element: &Element, name: &str) -> String {
        let got = self.get(&format!("/element/{}/attribute/{name}", element.0));
        got.as_str().unwrap_or_default().to_owned()
    }

    /// Returns the text of an element as it is seen.
    pub fn text_of(&self, element: &Element) -> String {
        self.get(&format!("/element/{}/text", element.0)).as_str().unwrap().to_owned()
    }

    /// Presses a key, wherever the focus is.
    pub fn press(&self, key: &str) {
        self.keys(&[key]);
    }

    /// Holds the first keys while the last is pressed.
    pub fn keys(&self, keys: &[&str]) {
        let down = keys.iter().map(|key| json!({"type": "keyDown", "value": key}));
        let up = keys.iter().rev().map(|key| json!({"type": "keyUp", "value": key}));
        let steps: Vec<Json> = down.chain(up).collect();
        let source = json!({"type": "key", "id": "keyboard", "actions": steps});
        self.post("/actions", &json!({"actions": [source]}));
    }

    /// Types letter by letter, wherever the focus is.
    pub fn type_keys(&self, text: &str) {
        for letter in text.chars() {
            self.press(&letter.to_string());
        }
    }

    /// Returns what a script returns, which gets `arguments`.
    #[track_caller]
    pub fn script(&self, script: &str, arguments: Json) -> Json {
        self.post("/execute/sync", &json!({"script": script, "args": arguments}))
    }

    /// Returns what an asynchronous script hands to its last argument.
    ///
    /// # Errors
    /// When it hands nothing on in time, or the page went away.
    pub fn script_async(&self, script: &str, arguments: Json) -> Result<Json, Refused> {
        self.try_post("/execute/async", &json!({"script": script, "args": arguments}))
    }

    /// Waits until an expression of the page is true. The browser looks at each frame that it draws.
    #[track_caller]
    pub fn wait(&self, expression: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const holds = () => {{ try {{ return Boolean({expression}); }} catch {{ return false; }} }};
             const look = () => {{ if (holds()) done(true); else requestAnimationFrame(look); }};
             look();"
        );
        for _ in 0..NAVIGATIONS_MAX {
            match self.script_async(&script, json!([])) {
                Ok(_) => return,
                Err(refused) if refused.code == "script timeout" => break,
                // Another page has come: it is looked at there.
                Err(_) => {}
            }
        }
        panic!("waited in vain for {expression}\nat {}\n{}", self.path(), self.text());
    }

    /// Gives a command of the DevTools protocol.
    pub fn cdp(&self, command: &str, parameters: &Json) -> Json {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": parameters}))
    }

    /// Returns what the browser complained of since it was asked last: scripts that failed, and what the
    /// policy of a page forbade.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({"type": "browser"}));
        let entries = log.as_array().unwrap().iter();
        let told = entries.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned());
        // Refusals are pages too; and they stand in the log of every browser.
        told.filter(|told| !told.contains("Failed to load resource")).collect()
    }

    /// Returns the window as a picture (PNG).
    pub fn picture(&self) -> Vec<u8> {
        BASE64.decode(self.get("/screenshot").as_str().unwrap()).unwrap()
    }

    #[track_caller]
    fn located(&self, using: &str, what: &str) -> Element {
        match self.try_post("/element", &json!({"using": using, "value": what})) {
            Ok(found) => Element::of(&found),
            Err(_) => panic!("nothing is {what}\nat {}\n{}", self.path(), self.text()),
        }
    }

    #[track_caller]
    fn post(&self, path: &str, body: &Json) -> Json {
        self.try_post(path, body).unwrap_or_else(|it| panic!("{path}: {} {}", it.code, it.message))
    }

    fn try_post(&self, path: &str, body: &Json) -> Result<Json, Refused> {
        self.driver.ask("POST", &format!("{}{path}", self.session), body)
    }

    #[track_caller]
    fn get(&self, path: &str) -> Json {
        let asked = self.driver.ask("GET", &format!("{}{path}", self.session), &Json::Null);
        asked.unwrap_or_else(|it| panic!("{path}: {} {}", it.code, it.message))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Gone already is what is wanted.
        drop(self.driver.ask("DELETE", &self.session, &Json::Null));
    }
}

impl Element {
    fn of(found: &Json) -> Self {
        Self(found[ELEMENT].as_str().unwrap().to_owned())
    }

    /// Returns it as an argument of a script.
    pub fn argument(&self) -> Json {
        json!({ELEMENT: self.0})
    }
}

/// Returns a text as XPath writes it.
fn quoted(text: &str) -> String {
    // It has no escapes: what holds a quote is put together of parts in the other kind.
    let parts: Vec<String> = text.split('"').map(|part| format!("\"{part}\"")).collect();
    format!("concat({},'')", parts.join(",'\"',"))
}

/// The Tab key.
pub const TAB: &str = "\u{e004}";
/// The Enter key.
pub const ENTER: &str = "\u{e007}";
/// The Shift key.
pub const SHIFT: &str = "\u{e008}";

/// What WebDriver calls an element (§12).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A condition that does not hold by then will not, in milliseconds: two slow cores run two browsers, two
/// servers and their devices.
const PATIENCE: u32 = 20_000;

const NAVIGATIONS_MAX: usize = 20;

const ARGUMENTS: [&str; 9] = [
    "--headless=new",
    // Root may not have one, and the pages are ours.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    // Nothing but the server in this process is asked for anything.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
];
