//! JSON pointers (RFC 6901), and the dotted paths that people read and write.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The pointer of a key or index below `pointer`.
pub fn child(pointer: &str, key: &str) -> String {
    let mut out = String::with_capacity(pointer.len() + key.len() + 1);
    out.push_str(pointer);
    out.push('/');
    for c in key.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            c => out.push(c),
        }
    }
    out
}

/// The pointer of what holds this one; none above the root.
pub fn parent(pointer: &str) -> Option<&str> {
    pointer.rfind('/').map(|at| &pointer[..at])
}

/// Keys and indexes from the root down.
pub fn segments(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|segment| {
        if segment.contains('~') {
            Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(segment)
        }
    })
}

/// The last key or index.
pub fn last(pointer: &str) -> Option<Cow<'_, str>> {
    segments(pointer).last()
}

/// `/a/b/0/c.d` as `a.b[0]["c.d"]`.
pub fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for segment in segments(pointer) {
        if !segment.is_empty() && segment.bytes().all(|b| b.is_ascii_digit()) {
            let _ = write!(out, "[{segment}]");
        } else if is_plain(&segment) {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&segment);
        } else {
            let _ = write!(out, "[{segment:?}]");
        }
    }
    out
}

/// `a.b` as `/a/b`; the empty path is the root.
pub fn from_dotted(path: &str) -> String {
    let mut out = String::new();
    for key in path.split('.').filter(|key| !key.is_empty()) {
        out = child(&out, key);
    }
    out
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_unescapes() {
        let pointer = child(&child("", "a/b"), "c~d");
        assert_eq!(pointer, "/a~1b/c~0d");
        assert_eq!(segments(&pointer).collect::<Vec<_>>(), ["a/b", "c~d"]);
        assert_eq!(last(&pointer).as_deref(), Some("c~d"));
        assert_eq!(parent(&pointer), Some("/a~1b"));
        assert_eq!(parent(""), None);
    }

    #[test]
    fn reads_like_a_path() {
        assert_eq!(dotted("/a/0/b-c/d.e"), r#"a[0].b-c["d.e"]"#);
        assert_eq!(dotted(""), "");
        assert_eq!(from_dotted("a.b"), "/a/b");
        assert_eq!(from_dotted(""), "");
    }
}
