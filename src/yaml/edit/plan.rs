//! The changes of a document as a tree of its places.

use serde_json::{Map, Value};

use super::Change;
use crate::yaml::{Fragment, pointer};

/// What happens to one place.
#[derive(Clone, Debug)]
pub(super) enum Action<'a> {
    Set(Fragment<'a>),
    Remove,
}

/// What happens at and below one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan<'a> {
    pub(super) action: Option<Action<'a>>,
    /// New items of a list: the index they stand before, or none for the end.
    pub(super) inserts: Vec<(Option<usize>, Fragment<'a>)>,
    /// What happens below, in the order it was asked for.
    pub(super) children: Vec<(String, Plan<'a>)>,
}

impl<'a> Plan<'a> {
    /// The plan of a list of changes; the error is a sentence on what does not fit.
    pub(super) fn of(changes: &[Change<'a>]) -> Result<Self, String> {
        let mut plan = Plan::default();
        for change in changes {
            plan.add(change)?;
        }
        Ok(plan)
    }

    /// A plan that gives one place a value.
    pub(super) fn set(value: Fragment<'a>) -> Self {
        Plan { action: Some(Action::Set(value)), ..Plan::default() }
    }

    /// A plan that takes one place away.
    pub(super) fn remove() -> Self {
        Plan { action: Some(Action::Remove), ..Plan::default() }
    }

    /// True when the place itself goes away.
    pub(super) fn removes(&self) -> bool {
        matches!(self.action, Some(Action::Remove))
    }

    fn add(&mut self, change: &Change<'a>) -> Result<(), String> {
        let place = change.pointer();
        let malformed = || format!("`{place}` is no JSON pointer");
        let conflict = || format!("two changes touch the same place at or below `{place}`");
        let mut steps = pointer::steps(place).ok_or_else(malformed)?;
        let insert = match change {
            Change::Insert(_, value) => {
                let step = steps.pop().ok_or_else(malformed)?;
                let at = if step == "-" { None } else { Some(pointer::index(&step).ok_or_else(malformed)?) };
                Some((at, value.clone()))
            }
            _ => None,
        };
        let mut plan = self;
        for step in steps {
            if plan.action.is_some() {
                return Err(conflict());
            }
            let known = plan.children.iter().position(|(name, _)| *name == step);
            let at = known.unwrap_or_else(|| {
                plan.children.push((step, Plan::default()));
                plan.children.len() - 1
            });
            plan = &mut plan.children[at].1;
        }
        if plan.action.is_some()
            || (insert.is_none() && !(plan.children.is_empty() && plan.inserts.is_empty()))
        {
            return Err(conflict());
        }
        match (change, insert) {
            (_, Some(insert)) => plan.inserts.push(insert),
            (Change::Set(_, value), _) => plan.action = Some(Action::Set(value.clone())),
            _ if place.is_empty() => return Err("the root of a document cannot be removed".to_owned()),
            _ => plan.action = Some(Action::Remove),
        }
        Ok(())
    }

    /// What the plan makes where nothing was.
    pub(super) fn create(&self) -> Result<Fragment<'a>, String> {
        match &self.action {
            Some(Action::Set(value)) => return Ok(value.clone()),
            Some(Action::Remove) => return Err("there is nothing to remove".to_owned()),
            None => {}
        }
        if self.children.is_empty() {
            return Ok(Fragment::Sequence(self.inserts.iter().map(|(_, value)| value.clone()).collect()));
        }
        if !self.inserts.is_empty() {
            return Err("a new map has no items".to_owned());
        }
        let entries = self.children.iter().map(|(key, plan)| Ok((key.clone().into(), plan.create()?)));
        Ok(Fragment::Mapping(entries.collect::<Result<_, String>>()?))
    }

    /// Does to a value what the plan does to its text.
    pub(super) fn apply(&self, value: &mut Value) -> Result<(), String> {
        if let Some(Action::Set(new)) = &self.action {
            *value = new.to_value();
            return Ok(());
        }
        if self.children.is_empty() && self.inserts.is_empty() {
            return Ok(());
        }
        match value {
            Value::Null => {
                *value = self.create()?.to_value();
                Ok(())
            }
            Value::Object(map) if self.inserts.is_empty() => self.apply_to_map(map),
            Value::Array(items) => self.apply_to_list(items),
            Value::Object(_) => Err("items cannot be inserted into a map".to_owned()),
            other => Err(format!("`{other}` is no map and no list, so nothing can change below it")),
        }
    }

    fn apply_to_map(&self, map: &mut Map<String, Value>) -> Result<(), String> {
        for (key, plan) in &self.children {
            match map.get_mut(key) {
                None => {
                    let created = plan.create().map_err(|fault| format!("{fault}: no key `{key}`"))?;
                    map.insert(key.clone(), created.to_value());
                }
                Some(_) if plan.removes() => {
                    map.shift_remove(key);
                }
                Some(value) => plan.apply(value)?,
            }
        }
        Ok(())
    }

    fn apply_to_list(&self, items: &mut Vec<Value>) -> Result<(), String> {
        let mut removed = vec![false; items.len()];
        for (step, plan) in &self.children {
            let at = pointer::index(step).filter(|at| *at < items.len());
            let at = at.ok_or_else(|| format!("the list has no item `{step}`"))?;
            removed[at] = plan.removes();
            plan.apply(&mut items[at])?;
        }
        let end = items.len();
        if let Some((Some(at), _)) = self.inserts.iter().find(|(at, _)| at.is_some_and(|at| at > end)) {
            return Err(format!("the list has no place `{at}`"));
        }
        let mut old = std::mem::take(items).into_iter();
        for (at, gone) in removed.into_iter().chain([true]).enumerate() {
            let here = self.inserts.iter().filter(|(place, _)| place.unwrap_or(end) == at);
            items.extend(here.map(|(_, value)| value.to_value()));
            items.extend(old.next().filter(|_| !gone));
        }
        Ok(())
    }
}
