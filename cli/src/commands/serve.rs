//! `fieldbook serve`

use std::fmt::Display;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::num::ParseIntError;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use model::words::LanguageTag;
use serde_json::json;
use server::config::read_catalogue;
use server::listener::{PublicTrust, ServeConfig, ServeError, Server, TlsSource, quiet_panics};
use server::service::Service;

use super::admin::{Session, config_failure, open_failure};
use super::server_runtime;
use crate::clock;
use crate::failure::{EXIT_CODES, Failure};
use crate::logging;
use crate::report::Report;
use crate::said::with_causes;
use crate::signals;
use crate::words::{self, label};

/// Run the server
#[derive(Debug, Args)]
#[command(
    long_about = "Run the server on a data folder until it is interrupted (Ctrl-C or SIGTERM). \
        Before it stops it answers the requests that are in progress.\n\n    \
        fieldbook serve --data ./data\n    \
        fieldbook serve --data ./data --listen 0.0.0.0:8443 --public-url https://field.example.org\n\n\
        Without `--tls-cert` the server creates a certificate once and keeps it in the folder. \
        Devices pin its public key when they enroll, so no certificate authority is needed. \
        Behind a proxy give `--public-url`, and also `--public-cert` if the proxy terminates \
        TLS; docs/operating.md shows how for nginx and Caddy. The server checks a new catalogue \
        completely before it starts; devices receive the catalogue with their next sync.\n\n\
        The server logs to stderr, as JSON unless stderr is a terminal. The log never contains \
        recorded data. FIELDBOOK_LOG sets the log level (`info`, `server=debug`).\n\n\
        With --json, once the server listens: {\"url\",\"fingerprint\",\"metrics\",\"local\"}.",
    after_long_help = EXIT_CODES
)]
pub struct Serve {
    /// The data folder that `fieldbook admin init` created
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The address to listen on; port 0 takes a free port
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// The address at which devices reach the server, if it is not the address the server listens
    /// on
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The certificate (PEM) of a proxy that terminates TLS at that URL, or `system` if a
    /// certificate authority that phones trust signed it
    #[arg(long, value_name = "FILE|system", requires = "public_url")]
    public_cert: Option<PathBuf>,
    /// A proxy whose `X-Forwarded-For` the server trusts; may be given several times
    #[arg(long, value_name = "ADDR")]
    trusted_proxy: Vec<IpAddr>,
    /// The loopback address at which Prometheus reads metrics, in plain HTTP; port 0 takes a free
    /// port
    #[arg(long, value_name = "ADDR:PORT")]
    metrics: Option<SocketAddr>,
    /// The port at which browsers on this machine open the console as http://localhost:PORT, and the
    /// field app at /app/ there, without a certificate; 0 takes a free port
    #[arg(long, value_name = "PORT|off", default_value = "off")]
    local_http: LocalHttp,
    /// A folder with the catalogue to use from now on; if left out, the server uses the last one
    #[arg(long, value_name = "DIR")]
    catalogue: Option<PathBuf>,
    /// A certificate chain (PEM); if left out, the server creates a certificate
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

impl Serve {
    pub(crate) fn run(self, language: LanguageTag, json: bool) -> Result<Report, Failure> {
        let mut service = Session::new(self.data.clone(), language)?.config;
        if let Some(folder) = &self.catalogue {
            service.catalogue = Some(read_catalogue(folder).map_err(config_failure)?);
        }
        logging::start()?;
        quiet_panics();
        let tls = match (self.tls_cert, self.tls_key) {
            (Some(certificate), Some(key)) => TlsSource::Files { certificate, key },
            _ => TlsSource::Own,
        };
        let config = ServeConfig {
            listen: self.listen,
            tls,
            public_url: self.public_url,
            public_trust: match self.public_cert {
                None => PublicTrust::Same,
                Some(file) if file.as_os_str() == "system" => PublicTrust::System,
                Some(file) => PublicTrust::File(file),
            },
            metrics: self.metrics,
            local_http: self.local_http.port(),
            trusted_proxies: self.trusted_proxy,
            ..ServeConfig::default()
        };
        server_runtime()?.block_on(async {
            let service = Service::open(clock::now(), service).map_err(open_failure)?;
            let server = Server::bind(service, &self.data, config).await.map_err(serve_failure)?;
            let asked_to_end = signals::asked_to_end();
            announce(&server, language, json);
            server.run(asked_to_end).await.map_err(serve_failure)
        })?;
        Ok(Report::silent())
    }
}

/// Where browsers on this machine find the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LocalHttp {
    /// Nowhere.
    Off,
    /// At this port of `localhost`; 0 takes a free one.
    Port(u16),
}

impl LocalHttp {
    /// Returns the port, or `None` if there is none.
    pub(crate) fn port(self) -> Option<u16> {
        match self {
            Self::Off => None,
            Self::Port(port) => Some(port),
        }
    }
}

impl FromStr for LocalHttp {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::Port) }
    }
}

/// Returns the failure of a server that does not start.
pub(crate) fn serve_failure(error: ServeError) -> Failure {
    let message = with_causes(&error);
    match error {
        ServeError::Listen { .. } => {
            Failure::failed("listen", message).hint(label("listen_elsewhere", &[]))
        }
        ServeError::Tls(_) => Failure::failed("tls", message),
        ServeError::PublicUrl(_) | ServeError::Metrics(_) => {
            Failure::invalid("bad_address", message)
        }
        _ => Failure::failed("serve", message),
    }
}

/// Says where the server is: to people on stderr, to scripts on stdout.
fn announce(server: &Server, language: LanguageTag, json: bool) {
    let (url, fingerprint) = (server.url(), server.fingerprint());
    let metrics = server.metrics_address().map(|address| format!("http://{address}/metrics"));
    let known = fingerprint.clone().unwrap_or_else(|| words::say(language, "no_fingerprint", &[]));
    let figures = metrics.as_ref().map(|url| words::say(language, "figures_at", &[("url", url)]));
    let figures = figures.unwrap_or_default();
    let app = match fingerprint {
        None => words::say(language, "app_at", &[("url", &url)]),
        Some(_) => words::say(language, "app_has_no_certificate", &[]),
    };
    let local = server.local_url();
    let console = local.as_ref().map(|url| words::say(language, "console_at", &[("url", url)]));
    let console = console.unwrap_or_default();
    let parts: [(&str, &dyn Display); 5] = [
        ("url", &url),
        ("fingerprint", &known),
        ("app", &app),
        ("console", &console),
        ("figures", &figures),
    ];
    // Nobody may be listening; the server serves all the same.
    let _ = writeln!(std::io::stderr().lock(), "{}", words::say(language, "listening", &parts));
    if json {
        let line = json!({
            "url": url,
            "fingerprint": fingerprint,
            "metrics": metrics,
            "local": local,
        });
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}
