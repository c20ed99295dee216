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

mod rewrite;
mod value;

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use kube_cel::KubeCelExt;
use kube_cel::cel::parser::{Expression as Tree, Parser};
use kube_cel::cel::{Context, ExecutionError, Value as CelValue};
use serde_json::{Map, Value};

/// Evaluates an expression over `root` and `data`.
///
/// For more than one expression over the same values, keep a [`Scope`]: turning values into CEL costs more than the
/// evaluation.
pub fn evaluate(expression: &str, root: &Value, data: &Value) -> Result<Value, String> {
    let expression = Expression::parse(expression)?;
    let scope = Scope::new(&read_of([&expression], "root", root));
    expression.evaluate(&scope.with("data", &read_of([&expression], "data", data)))
}

/// Every function. Registering them costs more than an evaluation, so it is done once.
static FUNCTIONS: LazyLock<Context<'static>> = LazyLock::new(|| {
    let mut context = Context::default().with_all();
    context.add_function(rewrite::ORDERED, ordered);
    context
});

/// The part of a variable's value that the expressions read, where they read single keys only: turning values into
/// CEL copies them.
pub(super) fn read_of<'e, 'v>(
    expressions: impl IntoIterator<Item = &'e Expression>,
    name: &str,
    value: &'v Value,
) -> Cow<'v, Value> {
    let Value::Object(map) = value else { return Cow::Borrowed(value) };
    let mut part = Map::new();
    for reads in expressions.into_iter().filter_map(|expression| expression.reads.get(name)) {
        let Some(keys) = reads else { return Cow::Borrowed(value) };
        for key in keys.iter().filter(|key| !part.contains_key(*key)).collect::<Vec<_>>() {
            if let Some(value) = map.get(key) {
                part.insert(key.clone(), value.clone());
            }
        }
    }
    Cow::Owned(Value::Object(part))
}

/// A parsed expression.
#[derive(Clone, Debug)]
pub struct Expression {
    tree: Tree,
    reads: rewrite::Reads,
}

/// The variables that an expression sees.
pub struct Scope<'a>(Context<'a>);

impl Expression {
    /// Parses; the error says where in the expression it went wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tree = Parser::new().parse(text).map_err(|errors| {
            let first = errors.errors.first();
            first.map_or_else(|| errors.to_string(), |e| format!("{} (at {}:{})", e.msg, e.pos.0, e.pos.1))
        })?;
        let (tree, reads) = rewrite::rewrite(tree)?;
        Ok(Self { tree, reads })
    }

    /// True when the expression reads this variable.
    pub fn reads(&self, name: &str) -> bool {
        self.reads.contains_key(name)
    }

    /// Evaluates to a value.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, String> {
        match CelValue::resolve(&self.tree, &scope.0) {
            Ok(value) => value::from_cel(&value),
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

impl Scope<'static> {
    /// The values as `root`, and every function.
    pub fn new(root: &Value) -> Self {
        let mut context = FUNCTIONS.new_inner_scope();
        context.add_variable_from_value("root", value::to_cel(root));
        Self(context)
    }
}

impl Scope<'_> {
    /// This scope and one more variable.
    pub fn with(&self, name: &str, value: &Value) -> Scope<'_> {
        let mut inner = self.0.new_inner_scope();
        inner.add_variable_from_value(name, value::to_cel(value));
        Scope(inner)
    }
}

/// The keys of a map in alphabetical order, a list as it is: what a macro walks over.
fn ordered(value: CelValue) -> Result<CelValue, ExecutionError> {
    match value {
        CelValue::Map(map) => {
            let mut keys: Vec<_> = map.map.keys().cloned().collect();
            keys.sort();
            Ok(CelValue::List(Arc::new(keys.into_iter().map(CelValue::from).collect())))
        }
        CelValue::List(list) => Ok(CelValue::List(list)),
        other => Err(ExecutionError::UnexpectedType {
            got: format!("{:?}", other.type_of()),
            want: "a list or a map".to_owned(),
        }),
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
        assert!(Expression::parse("root.n").expect("parses").holds(&Scope::new(&json!({"n": 1}))).is_err());
    }

    #[test]
    fn knows_what_it_reads() {
        let expression = Expression::parse("data.a == self.b && root.l.all(x, x > 0)").expect("parses");
        assert!(expression.reads("data") && expression.reads("self") && expression.reads("root"));
        assert!(!Expression::parse("self.data").expect("parses").reads("data"));
    }
}
