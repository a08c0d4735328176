//! Statements.

use ruff_python_ast as py;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::Converter;
use crate::ast::{
    Alias, AnnAssign, Arg, Arguments, ClassDef, ExceptHandler, Expr, For, FunctionDef, Keyword,
    MatchCase, Stmt, StmtKind, Try, TypeParam, TypeParamKind, WithItem,
};
use crate::error::{Result, SyntaxError};
use crate::location::Location;

impl Converter<'_> {
    /// Each statement is dropped at once: its memory, still near, becomes that of the next one's tree.
    pub(super) fn body(&mut self, body: &mut py::Suite) -> Result<Vec<Stmt>> {
        let mut statements = Vec::with_capacity(body.len());
        for mut statement in std::mem::take(body) {
            statements.push(self.stmt(&mut statement)?);
        }
        Ok(statements)
    }

    fn stmt(&mut self, statement: &mut py::Stmt) -> Result<Stmt> {
        self.nesting.enter()?;
        let mut loc = if is_compound(statement) {
            self.lines.location(self.block_range(statement.range()))
        } else {
            self.loc(statement)
        };
        let kind = match statement {
            py::Stmt::FunctionDef(def) => {
                loc = self.undecorated(loc, &def.decorator_list);
                self.function_def(def)?
            }
            py::Stmt::ClassDef(def) => {
                loc = self.undecorated(loc, &def.decorator_list);
                self.class_def(def)?
            }
            py::Stmt::Return(node) => StmtKind::Return {
                value: self.opt_expr(node.value.as_deref())?,
            },
            py::Stmt::Delete(node) => StmtKind::Delete {
                targets: self.exprs(&node.targets)?,
            },
            py::Stmt::TypeAlias(node) => StmtKind::TypeAlias {
                name: self.boxed(&node.name)?,
                type_params: self.type_params(node.type_params.as_deref())?,
                value: self.boxed(&node.value)?,
            },
            py::Stmt::Assign(node) => StmtKind::Assign {
                targets: self.exprs(&node.targets)?,
                value: self.boxed(&node.value)?,
                type_comment: self.assignment_type_comment(node.range(), &mut loc),
            },
            py::Stmt::AugAssign(node) => StmtKind::AugAssign {
                target: self.boxed(&node.target)?,
                op: super::expr::operator(node.op),
                value: self.boxed(&node.value)?,
            },
            py::Stmt::AnnAssign(node) => StmtKind::AnnAssign(Box::new(AnnAssign {
                target: self.expr(&node.target)?,
                annotation: self.expr(&node.annotation)?,
                value: node
                    .value
                    .as_deref()
                    .map(|value| self.expr(value))
                    .transpose()?,
                simple: node.simple,
            })),
            py::Stmt::For(node) => StmtKind::For(Box::new(For {
                target: self.expr(&node.target)?,
                iter: self.expr(&node.iter)?,
                type_comment: self.header_type_comment(node.iter.range().end()),
                body: self.body(&mut node.body)?,
                orelse: self.body(&mut node.orelse)?,
                is_async: node.is_async,
            })),
            py::Stmt::While(node) => StmtKind::While {
                test: self.boxed(&node.test)?,
                body: self.body(&mut node.body)?,
                orelse: self.body(&mut node.orelse)?,
            },
            py::Stmt::If(node) => StmtKind::If {
                test: self.boxed(&node.test)?,
                body: self.body(&mut node.body)?,
                orelse: self.elif_else(&mut node.elif_else_clauses, loc)?,
            },
            py::Stmt::With(node) => {
                let mut items = Vec::with_capacity(node.items.len());
                for item in &node.items {
                    items.push(WithItem {
                        context_expr: self.expr(&item.context_expr)?,
                        optional_vars: self.opt_expr(item.optional_vars.as_deref())?,
                    });
                }
                let header = node.items.last().map_or(node.range(), Ranged::range);
                StmtKind::With {
                    items,
                    type_comment: self.header_type_comment(header.end()),
                    body: self.body(&mut node.body)?,
                    is_async: node.is_async,
                }
            }
            py::Stmt::Match(node) => {
                let subject = self.boxed(&node.subject)?;
                let mut cases = Vec::with_capacity(node.cases.len());
                for case in &mut node.cases {
                    cases.push(MatchCase {
                        pattern: self.pattern(&case.pattern)?,
                        guard: self.opt_expr(case.guard.as_deref())?,
                        body: self.body(&mut case.body)?,
                    });
                }
                StmtKind::Match { subject, cases }
            }
            py::Stmt::Raise(node) => StmtKind::Raise {
                exc: self.opt_expr(node.exc.as_deref())?,
                cause: self.opt_expr(node.cause.as_deref())?,
            },
            py::Stmt::Try(node) => self.try_statement(node)?,
            py::Stmt::Assert(node) => StmtKind::Assert {
                test: self.boxed(&node.test)?,
                msg: self.opt_expr(node.msg.as_deref())?,
            },
            py::Stmt::Import(node) => StmtKind::Import {
                names: self.aliases(&node.names),
            },
            py::Stmt::ImportFrom(node) => StmtKind::ImportFrom {
                module: self.opt_name(node.module.as_ref()),
                names: self.aliases(&node.names),
                level: node.level,
            },
            py::Stmt::Global(node) => StmtKind::Global {
                names: node.names.iter().map(|n| self.name(n)).collect(),
            },
            py::Stmt::Nonlocal(node) => StmtKind::Nonlocal {
                names: node.names.iter().map(|n| self.name(n)).collect(),
            },
            py::Stmt::Expr(node) => StmtKind::Expr {
                value: self.boxed(&node.value)?,
            },
            py::Stmt::Pass(_) => StmtKind::Pass,
            py::Stmt::Break(node) if self.slice(node.range()) == "raise" => StmtKind::Raise {
                exc: None,
                cause: None,
            },
            py::Stmt::Break(_) => StmtKind::Break,
            py::Stmt::Continue(_) => StmtKind::Continue,
            py::Stmt::IpyEscapeCommand(_) => {
                return Err(SyntaxError::system("shell escape in Python source"));
            }
        };
        self.nesting.leave();
        Ok(Stmt { kind, loc })
    }

    /// A compound statement reaches to the last token of its last line, which may be a semicolon.
    fn block_range(&self, range: TextRange) -> TextRange {
        let rest = &self.source[range.end().to_usize()..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest[blank..].starts_with(';') {
            TextRange::new(range.start(), range.end() + TextSize::new(blank as u32 + 1))
        } else {
            range
        }
    }

    /// A definition starts at its keyword, not at its decorators.
    fn undecorated(&self, loc: Location, decorators: &[py::Decorator]) -> Location {
        let Some(last) = decorators.last() else {
            return loc;
        };
        let (lineno, col) = self.lines.position(self.next_token(last.range().end()));
        Location::new(lineno, loc.end_lineno, col, loc.end_col)
    }

    fn function_def(&mut self, def: &mut py::StmtFunctionDef) -> Result<StmtKind> {
        Ok(StmtKind::FunctionDef(Box::new(FunctionDef {
            name: self.name(&def.name),
            decorator_list: self.decorators(&def.decorator_list)?,
            type_params: self.type_params(def.type_params.as_deref())?,
            args: Box::new(self.arguments(&def.parameters)?),
            returns: self.opt_expr(def.returns.as_deref())?,
            type_comment: self.def_type_comment(Self::header_end(def))?,
            body: self.body(&mut def.body)?,
            is_async: def.is_async,
        })))
    }

    fn class_def(&mut self, def: &mut py::StmtClassDef) -> Result<StmtKind> {
        let name = self.name(&def.name);
        let decorator_list = self.decorators(&def.decorator_list)?;
        let type_params = self.type_params(def.type_params.as_deref())?;
        let (bases, keywords) = match &def.arguments {
            Some(arguments) => (
                self.exprs(&arguments.args)?,
                self.keywords(&arguments.keywords)?,
            ),
            None => (Vec::new(), Vec::new()),
        };
        let body = self.body(&mut def.body)?;
        Ok(StmtKind::ClassDef(Box::new(ClassDef {
            name,
            bases,
            keywords,
            body,
            decorator_list,
            type_params,
        })))
    }

    fn decorators(&mut self, decorators: &[py::Decorator]) -> Result<Vec<Expr>> {
        decorators
            .iter()
            .map(|decorator| self.expr(&decorator.expression))
            .collect()
    }

    /// `elif` is an `if` in the `else` of the one before; each reaches to the end of the whole statement.
    fn elif_else(
        &mut self,
        clauses: &mut [py::ElifElseClause],
        outer: Location,
    ) -> Result<Vec<Stmt>> {
        self.nesting.note(clauses.len());
        let mut orelse = Vec::new();
        let mut converted = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let test = clause
                .test
                .as_ref()
                .map(|test| self.expr(test))
                .transpose()?;
            converted.push((test, self.body(&mut clause.body)?, self.loc(&*clause)));
        }
        while let Some((test, body, loc)) = converted.pop() {
            match test {
                None => orelse = body,
                Some(test) => {
                    let loc = Location::new(loc.lineno, outer.end_lineno, loc.col, outer.end_col);
                    orelse = vec![Stmt {
                        kind: StmtKind::If {
                            test: Box::new(test),
                            body,
                            orelse,
                        },
                        loc,
                    }];
                }
            }
        }
        Ok(orelse)
    }

    fn try_statement(&mut self, node: &mut py::StmtTry) -> Result<StmtKind> {
        let body = self.body(&mut node.body)?;
        let mut handlers = Vec::with_capacity(node.handlers.len());
        for handler in &mut node.handlers {
            let py::ExceptHandler::ExceptHandler(handler) = handler;
            handlers.push(ExceptHandler {
                type_: self.opt_expr(handler.type_.as_deref())?,
                name: self.opt_name(handler.name.as_ref()),
                body: self.body(&mut handler.body)?,
                loc: self.lines.location(self.block_range(handler.range())),
            });
        }
        Ok(StmtKind::Try(Box::new(Try {
            body,
            handlers,
            orelse: self.body(&mut node.orelse)?,
            finalbody: self.body(&mut node.finalbody)?,
            is_star: node.is_star,
        })))
    }

    fn aliases(&mut self, names: &[py::Alias]) -> Vec<Alias> {
        names
            .iter()
            .map(|alias| Alias {
                name: self.name(&alias.name),
                asname: self.opt_name(alias.asname.as_ref()),
                loc: self.loc(alias),
            })
            .collect()
    }

    pub(super) fn keywords(&mut self, keywords: &[py::Keyword]) -> Result<Vec<Keyword>> {
        let mut converted = Vec::with_capacity(keywords.len());
        for keyword in keywords {
            // `f((name)=value)`
            if let Some(name) = &keyword.arg
                && name.range().start() != keyword.range().start()
            {
                return Err(self.refused(keyword));
            }
            converted.push(Keyword {
                arg: self.opt_name(keyword.arg.as_ref()),
                value: self.expr(&keyword.value)?,
                loc: self.loc(keyword),
            });
        }
        Ok(converted)
    }

    pub(super) fn arguments(&mut self, parameters: &py::Parameters) -> Result<Arguments> {
        let mut arguments = Arguments::default();
        for (parameters, is_posonly) in [(&parameters.posonlyargs, true), (&parameters.args, false)]
        {
            for parameter in parameters {
                let arg = self.arg(&parameter.parameter, parameter.range().end())?;
                if is_posonly {
                    arguments.posonlyargs.push(arg);
                } else {
                    arguments.args.push(arg);
                }
                if let Some(default) = parameter.default.as_deref() {
                    let default = self.expr(default)?;
                    arguments.defaults.push(default);
                }
            }
        }
        if let Some(vararg) = parameters.vararg.as_deref() {
            arguments.vararg = Some(Box::new(self.arg(vararg, vararg.range().end())?));
        }
        for parameter in &parameters.kwonlyargs {
            let arg = self.arg(&parameter.parameter, parameter.range().end())?;
            arguments.kwonlyargs.push(arg);
            let default = parameter
                .default
                .as_deref()
                .map(|default| self.expr(default))
                .transpose()?;
            arguments.kw_defaults.push(default);
        }
        if let Some(kwarg) = parameters.kwarg.as_deref() {
            arguments.kwarg = Some(Box::new(self.arg(kwarg, kwarg.range().end())?));
        }
        Ok(arguments)
    }

    /// A parameter that, with its default, ends at `end`.
    fn arg(&mut self, parameter: &py::Parameter, end: TextSize) -> Result<Arg> {
        // The parser counts the stars in.
        let range = TextRange::new(parameter.name.range().start(), parameter.range().end());
        Ok(Arg {
            arg: self.name(&parameter.name),
            annotation: self.opt_expr(parameter.annotation.as_deref())?,
            type_comment: self.parameter_type_comment(end),
            loc: self.lines.location(range),
        })
    }

    fn type_params(&mut self, type_params: Option<&py::TypeParams>) -> Result<Vec<TypeParam>> {
        let Some(type_params) = type_params else {
            return Ok(Vec::new());
        };
        let mut converted = Vec::with_capacity(type_params.type_params.len());
        for param in &type_params.type_params {
            let (name, kind, default) = match param {
                py::TypeParam::TypeVar(node) => {
                    let bound = self.opt_expr(node.bound.as_deref())?;
                    (&node.name, TypeParamKind::TypeVar { bound }, &node.default)
                }
                py::TypeParam::TypeVarTuple(node) => {
                    (&node.name, TypeParamKind::TypeVarTuple, &node.default)
                }
                py::TypeParam::ParamSpec(node) => {
                    (&node.name, TypeParamKind::ParamSpec, &node.default)
                }
            };
            converted.push(TypeParam {
                name: self.name(name),
                kind,
                default_value: self.opt_expr(default.as_deref())?,
                loc: self.loc(param),
            });
        }
        Ok(converted)
    }
}

pub(super) fn is_compound(statement: &py::Stmt) -> bool {
    matches!(
        statement,
        py::Stmt::FunctionDef(_)
            | py::Stmt::ClassDef(_)
            | py::Stmt::For(_)
            | py::Stmt::While(_)
            | py::Stmt::If(_)
            | py::Stmt::With(_)
            | py::Stmt::Match(_)
            | py::Stmt::Try(_)
    )
}
