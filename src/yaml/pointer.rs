//! JSON pointers (RFC 6901).

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
    let mut joined = pointer.to_owned();
    push(&mut joined, step);
    joined
}

/// The steps of a pointer; none when it is malformed.
pub fn steps(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    pointer.strip_prefix('/')?.split('/').map(unescape).collect()
}

/// The place in a list that a step names: no sign, no leading zero.
pub fn index(step: &str) -> Option<usize> {
    let canonical = step == "0" || (!step.starts_with('0') && step.bytes().all(|b| b.is_ascii_digit()));
    if canonical { step.parse().ok() } else { None }
}

fn unescape(step: &str) -> Option<String> {
    let mut out = String::with_capacity(step.len());
    let mut characters = step.chars();
    while let Some(character) = characters.next() {
        if character != '~' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('0') => out.push('~'),
            Some('1') => out.push('/'),
            _ => return None,
        }
    }
    Some(out)
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
        assert_eq!(steps(""), Some(Vec::new()));
        assert_eq!(steps("a"), None);
        assert_eq!(steps("/~2"), None);
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
