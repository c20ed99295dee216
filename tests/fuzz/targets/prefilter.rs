//! A patch finds every object that is its target: documents that are not parsed hide none. The rest keeps its bytes.
#![no_main]

use std::sync::OnceLock;

use lakehelm::manifest;
use lakehelm::post_render::{Config, run};
use lakehelm::text::Source;
use lakehelm_fuzz::rules;
use libfuzzer_sys::fuzz_target;

const CONFIG: &str = "apiVersion: lakehelm.dev/v1alpha1
kind: PostRender
hooks: patch
patches:
  - {target: {kind: ConfigMap, name: web}, optional: true, patch: '{data: {k: v}}'}
";

fn config() -> &'static [Config; 1] {
    static CONFIG_READ: OnceLock<[Config; 1]> = OnceLock::new();
    CONFIG_READ.get_or_init(|| {
        let source = Source::new("config.yaml", CONFIG);
        [Config::parse(source, &mut |_| Err("no files".to_owned())).expect("reads")]
    })
}

fuzz_target!(|stream: &[u8]| {
    let Ok(rendered) = run(stream, config(), rules()) else { return };
    let mut there = 0;
    for mut manifest in manifest::read(stream) {
        let all = manifest.parse().map(|()| manifest.objects.iter().filter_map(|o| o.current_identity()).collect::<Vec<_>>());
        there += all.unwrap_or_default().iter().filter(|id| id.kind == "ConfigMap" && id.name == "web").count();
    }
    let found = rendered.report.first().map_or(0, |line| line.found.len());
    assert_eq!(found, there, "the patch sees what is there");
    if rendered.edited.is_empty() && !stream.is_empty() && there == 0 {
        assert_eq!(rendered.output.to_vec(), stream);
    }
});
