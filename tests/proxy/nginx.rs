//! One nginx in the foreground, in a folder of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tokio::net::TcpStream;

/// A running nginx. Dropping it ends it.
pub(crate) struct Nginx(Child);

impl Nginx {
    /// Ends TLS with a certificate of its own, and leaves everything else as nginx does it.
    pub(crate) async fn ends_tls(
        folder: &Path,
        listen: SocketAddr,
        certificate: &Path,
        server: SocketAddr,
    ) -> Self {
        let documented = from_the_document("terminates TLS");
        let settings = documented
            .replace("listen 443 ssl", &format!("listen {listen} ssl"))
            .replace("/etc/ssl/field.pem", &shown(&certificate.join("cert.pem")))
            .replace("/etc/ssl/field.key", &shown(&certificate.join("key.pem")))
            .replace("127.0.0.1:8443", &server.to_string());
        Self::start(folder, listen, &format!("http {{ {} {settings} }}", temporary(folder))).await
    }

    /// Passes connections on as they come.
    pub(crate) async fn passes_tls(folder: &Path, listen: SocketAddr, server: SocketAddr) -> Self {
        let documented = from_the_document("passes TLS through");
        let settings = documented
            .replace("listen 443", &format!("listen {listen}"))
            .replace("127.0.0.1:8443", &server.to_string());
        Self::start(folder, listen, &settings).await
    }

    async fn start(folder: &Path, listen: SocketAddr, settings: &str) -> Self {
        // Debian's is a module of its own; others have it built in.
        let module = Path::new("/usr/lib/nginx/modules/ngx_stream_module.so");
        let stream = match module.exists() && settings.contains("stream {") {
            true => format!("load_module {};", shown(module)),
            false => String::new(),
        };
        let file = folder.join("nginx.conf");
        let whole = format!(
            "{stream} daemon off; master_process off; pid {pid}; error_log {log} warn;\n\
             events {{ worker_connections 256; }}\n{settings}\n",
            pid = shown(&folder.join("pid")),
            log = shown(&folder.join("error.log")),
        );
        std::fs::write(&file, whole).unwrap();
        let mut child = Command::new("nginx")
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is needed: on Debian, apt-get install nginx-light libnginx-mod-stream");
        while TcpStream::connect(listen).await.is_err() {
            assert_eq!(child.try_wait().unwrap(), None, "nginx does not start");
            tokio::task::yield_now().await;
        }
        Self(child)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Gone already is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The settings that `docs/operating.md` gives for this, so that what is documented is what runs.
fn from_the_document(what: &str) -> String {
    let page = include_str!("../../docs/operating.md");
    let marker = format!("nginx that {what}:\n\n```nginx\n");
    let from = page.find(&marker).expect("the settings are in the document") + marker.len();
    let rest = &page[from..];
    rest[..rest.find("```").unwrap()].to_owned()
}

/// Where nginx keeps what is too large for its memory.
fn temporary(folder: &Path) -> String {
    let kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let paths = kinds.map(|kind| format!("{kind}_temp_path {};", shown(&folder.join(kind))));
    format!("access_log off; {}", paths.join(" "))
}

fn shown(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
