//! A language server as an editor runs it: a child process that speaks JSON-RPC on its standard streams.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Far more than any answer takes; a server that says nothing must not hang the tests.
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Client {
    server: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    /// The section `yaml` of the editor's settings.
    settings: Value,
    last: i64,
}

impl Client {
    /// Starts `node SCRIPT --stdio` and shakes hands.
    pub fn start(script: &Path, folder: &Path, settings: Value) -> Self {
        let mut server = Command::new("node")
            .arg(script)
            .arg("--stdio")
            .current_dir(folder)
            // It keeps a number of its own there.
            .env("HOME", folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fault| panic!("needs node to run {}: {fault}", script.display()));
        let to = server.stdin.take().expect("a pipe");
        let mut out = BufReader::new(server.stdout.take().expect("a pipe"));
        let (sender, from) = channel();
        std::thread::spawn(move || {
            while let Some(message) = receive(&mut out) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let mut client = Self { server, to, from, settings, last: 0 };
        let root = uri(folder);
        client.ask(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": root,
                "workspaceFolders": [{"uri": root, "name": "platform"}],
                "capabilities": {
                    "workspace": {"configuration": true, "workspaceFolders": true},
                    "textDocument": {
                        "publishDiagnostics": {},
                        "hover": {"contentFormat": ["markdown"]},
                        "completion": {"completionItem": {"snippetSupport": true, "documentationFormat": ["markdown"]}},
                    },
                },
            }),
        );
        client.tell("initialized", json!({}));
        client.tell("workspace/didChangeConfiguration", json!({"settings": {"yaml": client.settings}}));
        client
    }

    /// Opens a file and returns what the server finds in it.
    pub fn open(&mut self, file: &Path) -> Vec<Value> {
        let text = std::fs::read_to_string(file).expect("reads");
        let uri = uri(file);
        self.tell(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": "yaml", "version": 1, "text": text}}),
        );
        loop {
            let message = self.next();
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri {
                return message["params"]["diagnostics"].as_array().cloned().expect("a list");
            }
        }
    }

    /// Labels of what is offered at a place; lines and columns count from 0.
    pub fn complete(&mut self, file: &Path, line: usize, column: usize) -> Vec<String> {
        let found = self.ask("textDocument/completion", place(file, line, column));
        let items = found.get("items").unwrap_or(&found).as_array().cloned().unwrap_or_default();
        items.iter().filter_map(|item| Some(item["label"].as_str()?.to_owned())).collect()
    }

    /// What is shown for the word at a place.
    pub fn hover(&mut self, file: &Path, line: usize, column: usize) -> String {
        let found = self.ask("textDocument/hover", place(file, line, column));
        found["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Sends a request and waits for its answer.
    fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}));
        loop {
            let message = self.next();
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    fn tell(&mut self, method: &str, parameters: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}));
    }

    /// The next message; what the server asks of the editor is answered on the way.
    fn next(&mut self) -> Value {
        loop {
            let message = self.from.recv_timeout(PATIENCE).expect("the server answers");
            let (Some(method), Some(id)) = (message["method"].as_str(), message.get("id")) else {
                return message;
            };
            let result = if method == "workspace/configuration" {
                let sections = message["params"]["items"].as_array().cloned().unwrap_or_default();
                let of =
                    |item: &Value| if item["section"] == "yaml" { self.settings.clone() } else { json!({}) };
                sections.iter().map(of).collect()
            } else {
                Value::Null
            };
            let answer = json!({"jsonrpc": "2.0", "id": id, "result": result});
            self.send(&answer);
        }
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
        self.to.flush().expect("the server listens");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// One message; none when the server is gone.
fn receive(out: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if out.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    out.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn place(file: &Path, line: usize, column: usize) -> Value {
    json!({"textDocument": {"uri": uri(file)}, "position": {"line": line, "character": column}})
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
