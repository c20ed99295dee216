//! The kind of a document's object, told from its lines.

/// The kind, when the lines leave no doubt: the root is a block mapping in the first column, one line alone begins with
/// `kind`, and it holds a plain word. None for everything else; for lists too, whose items have kinds of their own.
pub(super) fn plain(bytes: &[u8]) -> Option<&str> {
    // A lone carriage return ends a line too.
    if memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1).is_some_and(|next| *next != b'\n')) {
        return None;
    }
    let mut kind = None;
    let mut rooted = false;
    let mut behind_kind = false;
    // One past the last line that began in the first column.
    let mut end = 0;
    for start in first_column(bytes).chain([bytes.len()]) {
        let indented = &bytes[end..start];
        if behind_kind && indented.iter().any(|byte| !matches!(byte, b'\n' | b'\r')) {
            // It could go on with the word of the line before.
            return None;
        }
        if !rooted && !indented.trim_ascii().is_empty() {
            return None;
        }
        end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |feed| start + feed + 1);
        let line = &bytes[start..end];
        match line.first() {
            None | Some(b'#') => {}
            Some(b'-') if line.starts_with(b"---") => {
                let rest = line[3..].trim_ascii();
                if !rest.is_empty() && !rest.starts_with(b"#") {
                    return None;
                }
            }
            Some(b'-') if rooted => {}
            Some(first) if first.is_ascii_alphabetic() => rooted = true,
            // A key in quotes, with a tag or an anchor, an alias, a flow collection: any of them may be the kind.
            Some(_) => return None,
        }
        behind_kind = line.starts_with(b"kind");
        if behind_kind && kind.replace(word(line)?).is_some() {
            return None;
        }
    }
    kind.filter(|kind| !kind.ends_with("List"))
}

/// Where the lines begin that are neither indented nor empty.
fn first_column(bytes: &[u8]) -> impl Iterator<Item = usize> {
    /// Bytes that are looked at in one go, which the compiler makes few instructions of: most hold no such line.
    const GO: usize = 256;
    let begins =
        |at: usize| !matches!(bytes[at], b' ' | b'\t' | b'\n' | b'\r') && (at == 0 || bytes[at - 1] == b'\n');
    // Each byte of a go, behind the one before it. Bytes whose number is known are compared many at a time.
    let may_begin = move |from: usize| {
        let window = from.checked_sub(1).and_then(|before| bytes[before..].first_chunk::<{ GO + 1 }>());
        window.is_none_or(|window| {
            (0..GO)
                .fold(0, |any, at| any | (u8::from(window[at] == b'\n') & u8::from(window[at + 1] != b' ')))
                != 0
        })
    };
    let goes = (0..bytes.len()).step_by(GO).filter(move |from| may_begin(*from));
    goes.flat_map(move |from| (from..(from + GO).min(bytes.len())).filter(move |at| begins(*at)))
}

/// The word in `kind: Word`, with or without quotes and a comment behind it.
fn word(line: &[u8]) -> Option<&str> {
    let value = line.strip_prefix(b"kind:")?;
    let text = std::str::from_utf8(value.strip_prefix(b" ")?.trim_ascii()).ok()?;
    let word = text.split_once(" #").map_or(text, |(word, _)| word.trim_end());
    let unquoted = |quote| word.strip_prefix(quote)?.strip_suffix(quote);
    let word = unquoted('"').or_else(|| unquoted('\'')).unwrap_or(word);
    (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_line_tells_the_kind() {
        for text in [
            "kind: Web",
            "kind: \"Web\"\n",
            "kind: 'Web' # why\n",
            "kind: Web\r\napiVersion: v1\r\n",
            "---\n# Source: a/b.yaml\n\napiVersion: v1\nkind:  Web # why\nmetadata:\n  kind: Other\nlist:\n- kind: X\n",
            "a: |\n  kind: X\n\n   b\nkind: Web\n# end\n",
        ] {
            assert_eq!(plain(text.as_bytes()), Some("Web"), "{text}");
        }
    }

    #[test]
    fn a_doubt_is_none() {
        for text in [
            "a: 1\n",
            "\"kind\": Web\n",
            "a: \"\nkind: X\n\"\n\"kind\": Web\n",
            "? kind\n: Web\nkind: X\n",
            "!!str kind: Web\nkind: X\n",
            "<<: *a\nkind: X\n",
            "{kind: Web,\nkind: X}\n",
            "--- {a: 1,\nkind: X}\n",
            " kind: Web\nkind: X\n",
            "kind: X\nkind: Y\n",
            "kind: X\nkind : Y\n",
            "kind: X\n  y\n",
            "kind: X\n\n  y\n",
            "kind: \"X\n",
            "kind: \"X\\n\"\n",
            "kind: \"\"\n",
            "kind:\n  X\n",
            "kind: &a X\n",
            "kind: PodList\nitems: []\n",
            "a: 1\rkind: Y\nkind: X\n",
            "\u{feff}kind: X\n",
            "- a\nkind: X\n",
        ] {
            assert_eq!(plain(text.as_bytes()), None, "{text}");
        }
    }
}
