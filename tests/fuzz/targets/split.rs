//! The segments of a stream are the stream; so are the documents that no step touches.
#![no_main]

use lakehelm::manifest;
use lakehelm::yaml::split::split;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|stream: &[u8]| {
    let mut end = 0;
    for segment in split(stream) {
        assert_eq!(segment.span.start, end, "segments join");
        assert!(segment.span.end > segment.span.start && segment.body >= segment.span.start && segment.body <= segment.span.end);
        // A segment is one document: cut again, it stays whole.
        let bytes = &stream[segment.span.start..segment.span.end];
        assert_eq!(split(bytes).count(), 1, "a segment holds no further marker");
        end = segment.span.end;
    }
    assert_eq!(end, stream.len(), "nothing is lost");
    let joined: Vec<u8> = manifest::read(stream).iter().flat_map(|manifest| manifest.bytes().to_vec()).collect();
    assert_eq!(joined, stream);
});
