//! JSON pointers (RFC 6901), and the dotted paths that people read and write.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Appends one step to a pointer.
pub fn push(pointer: &mut String, step: &str) {
    pointer.push('/');
    for character in step.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// A pointer with one more step.
pub fn join(pointer: &str, step: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + step.len() + 1);
    joined.push_str(pointer);
    push(&mut joined, step);
    joined
}

/// The pointer of what holds this one; none above the root.
pub fn parent(pointer: &str) -> Option<&str> {
    pointer.rfind('/').map(|at| &pointer[..at])
}

/// The steps of a pointer that this program made.
pub fn segments(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|step| {
        if step.contains('~') {
            Cow::Owned(step.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(step)
        }
    })
}

/// The last step.
pub fn last(pointer: &str) -> Option<Cow<'_, str>> {
    segments(pointer).last()
}

/// The steps of a pointer that somebody wrote; none when it is malformed.
pub fn steps(pointer: &str) -> Option<Vec<String>> {
    let slash = pointer.is_empty() || pointer.starts_with('/');
    let escaped = pointer.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    (slash && escaped).then(|| segments(pointer).map(Cow::into_owned).collect())
}

/// The place in a list that a step names: no sign, no leading zero.
pub fn index(step: &str) -> Option<usize> {
    let canonical = step == "0" || (!step.starts_with('0') && step.bytes().all(|b| b.is_ascii_digit()));
    if canonical { step.parse().ok() } else { None }
}

/// `/a/b/0/c.d` as `a.b[0]["c.d"]`.
pub fn dotted(pointer: &str) -> String {
    let mut out = String::new();
    for step in segments(pointer) {
        if !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit()) {
            let _ = write!(out, "[{step}]");
        } else if is_plain(&step) {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&step);
        } else {
            let _ = write!(out, "[{step:?}]");
        }
    }
    out
}

/// `a.b[0]` as `/a/b/0`; the empty path is the root.
pub fn from_dotted(path: &str) -> String {
    let mut out = String::new();
    for key in path.split(['.', '[']).map(|key| key.trim_end_matches(']')).filter(|key| !key.is_empty()) {
        push(&mut out, key);
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
    fn steps_are_escaped_and_read_back() {
        let mut pointer = String::new();
        for step in ["a/b", "~1", "", "é"] {
            push(&mut pointer, step);
        }
        assert_eq!(pointer, "/a~1b/~01//é");
        assert_eq!(steps(&pointer).expect("well formed"), ["a/b", "~1", "", "é"]);
        assert_eq!(segments(&pointer).collect::<Vec<_>>(), ["a/b", "~1", "", "é"]);
        assert_eq!(steps(""), Some(Vec::new()));
        assert_eq!(steps("/"), Some(vec![String::new()]));
        for malformed in ["a", "/~2", "/a~", "/~"] {
            assert_eq!(steps(malformed), None, "{malformed}");
        }
    }

    #[test]
    fn ends_are_found() {
        let pointer = join(&join("", "a/b"), "c~d");
        assert_eq!(pointer, "/a~1b/c~0d");
        assert_eq!(last(&pointer).as_deref(), Some("c~d"));
        assert_eq!(parent(&pointer), Some("/a~1b"));
        assert_eq!(parent(""), None);
    }

    #[test]
    fn reads_like_a_path() {
        assert_eq!(dotted("/a/0/b-c/d.e"), r#"a[0].b-c["d.e"]"#);
        assert_eq!(dotted(""), "");
        assert_eq!(from_dotted("a.b[0].c"), "/a/b/0/c");
        assert_eq!(from_dotted(""), "");
    }

    #[test]
    fn indexes_are_canonical() {
        assert_eq!(index("10"), Some(10));
        assert_eq!(index("0"), Some(0));
        for bad in ["", "01", "-1", "+1", "1x", "-"] {
            assert_eq!(index(bad), None, "{bad}");
        }
    }
}
