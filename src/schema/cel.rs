//! CEL over values, with the functions that Kubernetes adds.
//!
//! ```
//! use lakehelm::schema::cel;
//! use serde_json::json;
//!
//! let root = json!({"store": {"enabled": true, "replicas": 3}});
//! let value = cel::evaluate("root.store.enabled && root.store.replicas > 1", &root, &json!({}));
//! assert_eq!(value, Ok(json!(true)));
//! ```

mod functions;
mod reads;
mod rewrite;
mod scope;
mod stored;
mod value;

use kube_cel::cel::parser::{Expression as Tree, Parser};
use kube_cel::cel::{ExecutionError, Value as CelValue};
use serde_json::Value;

pub use reads::Reads;
pub use scope::Scope;

/// Evaluates an expression over `root` and `data`.
///
/// For more than one expression over the same values, keep a [`Scope`]: turning values into CEL costs more than the
/// evaluation.
pub fn evaluate(expression: &str, root: &Value, data: &Value) -> Result<Value, String> {
    let expression = Expression::parse(expression)?;
    let scope = Scope::functions();
    let scope = scope.with("root", root, expression.reads());
    expression.evaluate(&scope.with("data", data, expression.reads()))
}

/// A parsed expression.
#[derive(Clone, Debug)]
pub struct Expression {
    tree: Tree,
    reads: Reads,
}

impl Expression {
    /// Parses; the error says where in the expression it went wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tree = match stored::tree(text) {
            Some(tree) => tree,
            None => Parser::new().parse(text).map_err(|errors| {
                let first = errors.errors.first();
                let at = |e: &kube_cel::cel::ParseError| format!("{} (at {}:{})", e.msg, e.pos.0, e.pos.1);
                first.map_or_else(|| errors.to_string(), at)
            })?,
        };
        let (tree, reads) = rewrite::rewrite(tree)?;
        Ok(Self { tree, reads })
    }

    /// What the expression reads of which variables.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Evaluates to a value.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, String> {
        match CelValue::resolve_val(&self.tree, &scope.0) {
            Ok(value) => value::from_cel(value.as_ref()),
            Err(error) => Err(explain(&error)),
        }
    }

    /// Evaluates to true or false; anything else is an error.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, String> {
        match self.evaluate(scope)? {
            Value::Bool(holds) => Ok(holds),
            other => Err(format!("it gives {other} instead of true or false")),
        }
    }
}

/// CEL's errors print whole values; a message needs their beginning only.
fn explain(error: &ExecutionError) -> String {
    let text = match error {
        ExecutionError::NoSuchKey(key) => format!("no such key: {key}"),
        ExecutionError::UndeclaredReference(name) => format!("unknown name `{name}`"),
        ExecutionError::NoSuchOverload => {
            "an operator or a field was used on a value of another type".to_owned()
        }
        error => error.to_string(),
    };
    match text.char_indices().nth(200) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn eval(expression: &str) -> Result<Value, String> {
        let root = json!({
            "n": 3, "cpu": 0.5, "name": "x", "none": null,
            "m": {"c": 1, "a": 2, "b": {"deep": true}}, "list": [{"name": "p"}, {"name": "q"}],
        });
        evaluate(expression, &root, &json!({"versions": {"2.2": "2.2.1"}}))
    }

    #[test]
    fn numbers_are_integers_as_in_kubernetes() {
        assert_eq!(eval("root.n == 3 && root.n + 1 == 4 && root.n % 2 == 1"), Ok(json!(true)));
        assert_eq!(eval("root.cpu < 1 && root.n > 2.5"), Ok(json!(true)));
        assert_eq!(eval("root.n in [1, 3]"), Ok(json!(true)));
        assert_eq!(eval("-root.n"), Ok(json!(-3)));
    }

    #[test]
    fn maps_are_walked_in_order() {
        for _ in 0..20 {
            assert_eq!(eval("root.m.map(k, k)"), Ok(json!(["a", "b", "c"])));
            assert_eq!(eval("root.m.filter(k, k != 'b').join(', ')"), Ok(json!("a, c")));
            let map = eval("{'z': 1, 'a': 2, 'k': 3}").expect("a map");
            assert_eq!(map.to_string(), r#"{"a":2,"k":3,"z":1}"#);
        }
        assert_eq!(eval("root.list.map(i, i.name)"), Ok(json!(["p", "q"])));
        assert_eq!(
            eval("root.m.all(k, k.size() == 1) && root.list.exists(i, i.name == 'q')"),
            Ok(json!(true))
        );
    }

    #[test]
    fn data_and_kubernetes_functions() {
        assert_eq!(eval("data.versions['2.2']"), Ok(json!("2.2.1")));
        assert_eq!(eval("quantity('40Gi').isLessThan(quantity('50Gi'))"), Ok(json!(true)));
        assert_eq!(eval("semver('0.9.1').isLessThan(semver('0.9.0'))"), Ok(json!(false)));
        assert_eq!(eval("'x-%d'.format([root.n])"), Ok(json!("x-3")));
        assert_eq!(eval("has(root.m.zz) ? 1 : 2"), Ok(json!(2)));
        assert_eq!(eval("root.none == null"), Ok(json!(true)));
    }

    #[test]
    fn faults_are_said() {
        assert_eq!(eval("root.missing"), Err("no such key: missing".to_owned()));
        assert_eq!(eval("rot.n"), Err("unknown name `rot`".to_owned()));
        assert_eq!(eval("nope(1)"), Err("unknown name `nope`".to_owned()));
        assert!(eval("root.n ==").is_err_and(|e| e.contains("at 1:")));
        assert!(eval("root.name.deeper").is_err(), "a field of text is a slip");
        assert!(eval("root.n / 0").is_err());
        assert!(eval("Foo{a: 1}").is_err());
        assert!(eval("root.list[7]").is_err());
        let number = Expression::parse("root.n").expect("parses");
        assert!(number.holds(&Scope::functions().with("root", &json!({"n": 1}), number.reads())).is_err());
    }

    #[test]
    fn lists_are_collected_and_compared_in_order() {
        assert_eq!(eval("root.list.filter(i, i.name != 'p').map(i, i.name + 'x')"), Ok(json!(["qx"])));
        assert_eq!(eval("root.m.map(k, k > 'a', k)"), Ok(json!(["b", "c"])));
        assert_eq!(eval("[[1, 2], [3]].map(l, l.map(n, n + l.size()))"), Ok(json!([[3, 4], [4]])));
        assert_eq!(eval("['b', 1, 'a', 'b', 1.5, 1].distinct()"), Ok(json!(["b", 1, "a", 1.5])));
        assert!(eval("root.list.map(i, i.nane)").is_err());
        assert!(eval("root.list.filter(i, i.name)").is_err());
        assert!(eval("root.n.map(i, i)").is_err());
    }

    #[test]
    fn knows_what_it_reads() {
        let reads = |text| Expression::parse(text).expect("parses").reads;
        let found = reads("data.a.b == self.b && root.l.all(x, x > 0)");
        let part = |of: &str| {
            found.below(of).and_then(Reads::names).map(|names| names.map(|(name, _)| name.to_owned()))
        };
        assert_eq!(part("data").map(Vec::from_iter), Some(vec!["a".to_owned()]));
        assert_eq!(part("self").map(Vec::from_iter), Some(vec!["b".to_owned()]));
        assert_eq!(part("root").map(Vec::from_iter), Some(vec!["l".to_owned()]));
        assert!(reads("self.data").below("data").is_none());
        assert!(
            reads("self.a == 1 && size(self) > 0").below("self").is_some_and(|all| all.names().is_none())
        );
    }
}
