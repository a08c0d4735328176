//! `import` and `from ... import`, and the names of `__all__`.
//!
//! CPython counterpart: `symtable_visit_alias`. Invariant: each name in an import that leads somewhere has a site.
//! Tests: `builder.rs`, `crate::features::definition`.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::TextRange;

use super::builder::Builder;
use super::model::{BindingKind, Import, ImportSite};

impl Builder<'_> {
    pub(super) fn import(&mut self, node: &ast::StmtImport) {
        for alias in &node.names {
            let dotted = alias.name.id.as_str();
            let mut end = 0;
            for part in dotted.split('.') {
                let start = end + usize::from(end > 0);
                end = start + part.len();
                let base = alias.name.range.start().to_usize();
                // A name may be written with blanks around its dots; then only the whole is marked.
                let range = match self.text(alias.name.range) == dotted {
                    true => crate::text::span(base + start, base + end),
                    false => alias.name.range,
                };
                let module = dotted.get(..end).unwrap_or(dotted).into();
                self.module.import_sites.push(ImportSite {
                    range,
                    level: 0,
                    module,
                    member: None,
                    is_guarded: self.guards > 0,
                });
            }
            let id = self.module.imports.len();
            self.module.imports.push(Import {
                level: 0,
                module: dotted.into(),
                member: None,
                binds_root: alias.asname.is_none(),
                alias: alias.range,
                name_range: alias.name.range,
                is_redundant_alias: alias
                    .asname
                    .as_ref()
                    .is_some_and(|asname| asname.id == alias.name.id),
                is_guarded: self.guards > 0,
            });
            let (name, range) = match &alias.asname {
                Some(asname) => (asname.id.as_str(), asname.range),
                None => {
                    let root = dotted.split('.').next().unwrap_or(dotted);
                    (
                        root,
                        TextRange::at(alias.name.range.start(), ruff_text_size::TextSize::of(root)),
                    )
                }
            };
            self.bind(name, range, node.range, BindingKind::Import(id));
        }
    }

    pub(super) fn import_from(&mut self, node: &ast::StmtImportFrom) {
        let module = node.module.as_ref().map_or("", |module| module.id.as_str());
        if let Some(written) = &node.module {
            let site = ImportSite {
                range: written.range,
                level: node.level,
                module: module.into(),
                member: None,
                is_guarded: self.guards > 0,
            };
            self.module.import_sites.push(site);
        }
        for alias in &node.names {
            let member = alias.name.id.as_str();
            let id = self.module.imports.len();
            self.module.imports.push(Import {
                level: node.level,
                module: module.into(),
                member: Some(member.into()),
                binds_root: false,
                alias: alias.range,
                name_range: alias.name.range,
                is_redundant_alias: alias
                    .asname
                    .as_ref()
                    .is_some_and(|asname| asname.id == alias.name.id),
                is_guarded: self.guards > 0,
            });
            if member == "*" {
                self.module.stars.push(id);
                continue;
            }
            self.module.import_sites.push(ImportSite {
                range: alias.name.range,
                level: node.level,
                module: module.into(),
                member: Some(member.into()),
                is_guarded: self.guards > 0,
            });
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind(&bound.id, bound.range, node.range, BindingKind::Import(id));
        }
    }

    pub(super) fn record_all(&mut self, value: &Expr) {
        let elements = match value {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            _ => return,
        };
        let names = elements
            .iter()
            .filter_map(|item| Some(item.as_string_literal_expr()?.value.to_str().to_owned()));
        self.module.all.get_or_insert_with(Vec::new).extend(names);
    }
}
