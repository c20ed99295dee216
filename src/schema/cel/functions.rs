//! Functions that the library lacks, or has in a form whose time grows with the square of a list.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use kube_cel::KubeCelExt;
use kube_cel::cel::common::ast::Expr;
use kube_cel::cel::common::types::CelMap;
use kube_cel::cel::extractors::This;
use kube_cel::cel::{Context, ExecutionError, FunctionContext, ResolveResult, Value};

use super::scope;

// No expression can write these names.
/// True for a map.
pub(super) const IS_MAP: &str = "@isMap";
/// The keys of a map in alphabetical order.
pub(super) const KEYS: &str = "@keys";
/// `@collect(range, item, step)`: the lists that the step gives for each item, joined.
pub(super) const COLLECT: &str = "@collect";

/// Every function. Registering them costs more than an evaluation, so it is done once.
pub(super) static FUNCTIONS: LazyLock<Context<'static>> = LazyLock::new(|| {
    let mut context = Context::default().with_all();
    context.add_function(IS_MAP, is_map);
    context.add_function(KEYS, keys);
    context.add_function(COLLECT, collect);
    context.add_function("distinct", distinct);
    context
});

// Arguments are looked at where they stand: the library would copy them.
fn is_map(call: &FunctionContext<'_, '_>) -> ResolveResult {
    let value = Value::resolve_val(&call.args[0], call.ptx)?;
    Ok(Value::Bool(value.downcast_ref::<CelMap>().is_some()))
}

fn keys(call: &FunctionContext<'_, '_>) -> ResolveResult {
    let value = Value::resolve_val(&call.args[0], call.ptx)?;
    let map = value.downcast_ref::<CelMap>().ok_or(ExecutionError::NoSuchOverload)?;
    let mut keys: Vec<_> = map.inner().keys().collect();
    keys.sort();
    keys.into_iter().map(|key| Value::try_from(key.inner())).collect::<Result<Vec<_>, _>>().map(list)
}

fn collect(call: &FunctionContext<'_, '_>) -> ResolveResult {
    let [range, item, step] = call.args else { return Err(ExecutionError::NoSuchOverload) };
    let Expr::Ident(name) = &item.expr else { return Err(ExecutionError::NoSuchOverload) };
    let range = Value::resolve_val(range, call.ptx)?;
    let mut out = Vec::new();
    let mut items = range.as_iterable().ok_or(ExecutionError::NoSuchOverload)?.iter();
    while let Some(item) = items.next() {
        let scope = scope::with(call.ptx, name, item.clone_as_boxed());
        let found = Value::resolve_val(step, &scope)?;
        let mut found = found.as_iterable().ok_or(ExecutionError::NoSuchOverload)?.iter();
        while let Some(item) = found.next() {
            out.push(Value::try_from(item)?);
        }
    }
    Ok(list(out))
}

/// The items of a list without those that stand before them. The library compares each with each, texts too.
fn distinct(This(all): This<Arc<Vec<Value>>>) -> ResolveResult {
    let mut texts = HashSet::new();
    let mut others = Vec::new();
    let mut first = |item: &Value| match item {
        Value::String(text) => texts.insert(text.clone()),
        other if others.contains(other) => false,
        other => {
            others.push(other.clone());
            true
        }
    };
    Ok(list(all.iter().filter(|item| first(item)).cloned().collect()))
}

fn list(items: Vec<Value>) -> Value {
    Value::List(Arc::new(items))
}
