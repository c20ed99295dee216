//! What the writer prints is read back as the value, by our reader of YAML 1.1 and, for texts, by one of YAML 1.2.
#![no_main]

use lakehelm::text::Source;
use lakehelm::yaml::{Document, equal, write};
use lakehelm_fuzz::Json;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|input: (Json, u8)| {
    let (Json(value), indent) = input;
    let indent = usize::from(indent % 5) * 2;
    let pad = " ".repeat(indent);
    // Nested as an edit would put it: below a key, at some depth.
    let texts = [
        write::block(&value, 0) + "\n",
        format!("{pad}k:\n{pad}  {}\n", write::block(&value, indent + 2)),
        format!("k: {}\n", write::flow(&value)),
    ];
    for (at, text) in texts.iter().enumerate() {
        let document = Document::parse(Source::new("written", text.as_str())).unwrap_or_else(|found| panic!("{text:?}: {found:?}"));
        let read = document.to_value().unwrap_or_else(|found| panic!("{text:?}: {found:?}"));
        let wanted = if at == 0 { value.clone() } else { json!({"k": value}) };
        assert!(equal(&read, &wanted), "{text:?} reads as {read}");
    }
    if let Value::String(string) = &value {
        let second: Value = serde_yaml::from_str(&texts[2]).unwrap_or_else(|error| panic!("{:?}: {error}", texts[2]));
        assert_eq!(second["k"].as_str(), Some(string.as_str()), "{:?}", texts[2]);
    }
});
