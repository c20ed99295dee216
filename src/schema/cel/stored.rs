//! The expressions of the embedded catalogue, parsed when the program was built: parsing them costs more than the rest of a
//! short run. `build/expressions.rs` writes what is read here.

use kube_cel::cel::common::ast::{
    CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedEntryExpr, ListExpr, LiteralValue, MapEntryExpr,
    MapExpr, SelectExpr,
};
use kube_cel::cel::parser::Expression as Tree;

/// Syntax trees by the text of the expression, in the order of texts.
static STORED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/expressions.rs"));

/// The tree of a text, if it was an expression of the catalogue at build time.
pub(super) fn tree(text: &str) -> Option<Tree> {
    let at = STORED.binary_search_by(|(stored, _)| (*stored).cmp(text)).ok()?;
    Reader(STORED[at].1).node()
}

/// What is left to read. Bytes that say nothing end in `None`, and the text is parsed.
struct Reader(&'static [u8]);

impl Reader {
    fn node(&mut self) -> Option<Tree> {
        let id = self.number()?;
        let expr = match self.byte()? {
            b'b' => Expr::Literal(LiteralValue::Boolean(self.flag()?.into())),
            b'd' => Expr::Literal(LiteralValue::Double(f64::from_le_bytes(self.eight()?).into())),
            b'i' => Expr::Literal(LiteralValue::Int(i64::from_le_bytes(self.eight()?).into())),
            b'0' => Expr::Literal(LiteralValue::Null),
            b't' => Expr::Literal(LiteralValue::String(self.text()?.into())),
            b'c' => Expr::Call(CallExpr {
                func_name: self.text()?.to_owned(),
                target: if self.flag()? { Some(Box::new(self.node()?)) } else { None },
                args: self.list(Self::node)?,
            }),
            b'w' => Expr::Comprehension(Box::new(ComprehensionExpr {
                iter_var: self.text()?.to_owned(),
                iter_var2: None,
                accu_var: self.text()?.to_owned(),
                iter_range: self.node()?,
                accu_init: self.node()?,
                loop_cond: self.node()?,
                loop_step: self.node()?,
                result: self.node()?,
            })),
            b'n' => Expr::Ident(self.text()?.to_owned()),
            b'l' => Expr::List(ListExpr::new(self.list(Self::node)?)),
            b'm' => Expr::Map(MapExpr { entries: self.list(Self::entry)? }),
            b's' => Expr::Select(SelectExpr {
                operand: Box::new(self.node()?),
                field: self.text()?.to_owned(),
                test: self.flag()?,
            }),
            _ => return None,
        };
        Some(Tree { id, expr })
    }

    fn entry(&mut self) -> Option<IdedEntryExpr> {
        let id = self.number()?;
        let pair = MapEntryExpr { key: self.node()?, value: self.node()?, optional: false };
        Some(IdedEntryExpr { id, expr: EntryExpr::MapEntry(pair) })
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.number()?).map(|_| item(self)).collect()
    }

    fn text(&mut self) -> Option<&'static str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn eight(&mut self) -> Option<[u8; 8]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn flag(&mut self) -> Option<bool> {
        self.byte().map(|byte| byte != 0)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube_cel::cel::parser::Parser;

    #[test]
    fn stored_trees_are_those_that_parsing_gives() {
        assert!(STORED.len() > 200, "only {} expressions", STORED.len());
        for (text, _) in STORED {
            assert_eq!(tree(text), Parser::new().parse(text).ok(), "{text}");
        }
    }
}
