//! Names the lifetimes of a signature that it leaves out, and finds those that have a name.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    BoundLifetimes, FnArg, GenericParam, Lifetime, ParenthesizedGenericArguments, Receiver, ReceiverKind, Token,
    TraitBound, TypeFnPtr, TypeReference,
};

/// Before the number of a lifetime without a name; no user's begins so.
const OF_ARGUMENT: &str = "'__hot_";

/// The lifetimes of a signature, as far as it was visited.
pub(crate) struct Names {
    span: Span,
    /// Those that had no name.
    pub(crate) fresh: Vec<Lifetime>,
    /// Those that have one; not `'static`.
    pub(crate) used: Vec<Lifetime>,
    /// Once the arguments are seen: the one that the output leaves out.
    pub(crate) elided: Option<Lifetime>,
    /// By a `for<..>` around.
    bound: Vec<Lifetime>,
    /// Within `fn(&u8)` and `Fn(&u8)`, what is left out is no argument's.
    is_local: bool,
}

impl Names {
    pub(crate) fn new(span: Span) -> Self {
        Self { span, fresh: Vec::new(), used: Vec::new(), elided: None, bound: Vec::new(), is_local: false }
    }

    /// Names what all arguments leave out. From then on, what is left out is what they say of the output.
    pub(crate) fn of_arguments(&mut self, arguments: &mut Punctuated<FnArg, Token![,]>) {
        let mut of_receiver = None;
        for argument in arguments {
            self.visit_fn_arg_mut(argument);
            if matches!(argument, FnArg::Receiver(_)) {
                of_receiver = self.only();
            }
        }
        self.elided = of_receiver.or_else(|| self.only());
    }

    /// The one lifetime there is, which is the output's then.
    fn only(&self) -> Option<Lifetime> {
        match (&self.fresh[..], &self.used[..]) {
            ([only], []) | ([], [only]) => Some(only.clone()),
            _ => None,
        }
    }

    /// What stands for one that is left out.
    fn fresh(&mut self) -> Lifetime {
        self.elided.clone().unwrap_or_else(|| {
            let lifetime = Lifetime::new(&format!("{OF_ARGUMENT}{}", self.fresh.len()), self.span);
            self.fresh.push(lifetime.clone());
            lifetime
        })
    }

    fn name(&mut self, lifetime: &mut Option<Lifetime>) {
        match lifetime {
            Some(lifetime) => self.visit_lifetime_mut(lifetime),
            None if self.is_local => {}
            None => *lifetime = Some(self.fresh()),
        }
    }

    /// Visits what is within a `for<..>`, or has a scope of its own for lifetimes that are left out.
    fn within(&mut self, bound: Option<&BoundLifetimes>, is_local: bool, visit: impl FnOnce(&mut Self)) {
        let (outer, was_local) = (self.bound.len(), self.is_local);
        let parameters = bound.iter().flat_map(|bound| &bound.lifetimes);
        self.bound.extend(parameters.filter_map(|parameter| match parameter {
            GenericParam::Lifetime(parameter) => Some(parameter.lifetime.clone()),
            _ => None,
        }));
        self.is_local |= is_local;
        visit(self);
        self.bound.truncate(outer);
        self.is_local = was_local;
    }
}

impl VisitMut for Names {
    fn visit_receiver_mut(&mut self, receiver: &mut Receiver) {
        match &mut receiver.kind {
            ReceiverKind::Reference(_, lifetime, _) => self.name(lifetime),
            kind => self.visit_receiver_kind_mut(kind),
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        self.name(&mut reference.lifetime);
        self.visit_type_mut(&mut reference.elem);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            if !self.is_local {
                *lifetime = self.fresh();
            }
        } else if lifetime.ident != "static" && !self.bound.contains(lifetime) && !self.used.contains(lifetime) {
            self.used.push(lifetime.clone());
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, pointer: &mut TypeFnPtr) {
        let bound = pointer.lifetimes.clone();
        self.within(bound.as_ref(), true, |names| visit_mut::visit_type_fn_ptr_mut(names, pointer));
    }

    fn visit_parenthesized_generic_arguments_mut(&mut self, arguments: &mut ParenthesizedGenericArguments) {
        self.within(None, true, |names| visit_mut::visit_parenthesized_generic_arguments_mut(names, arguments));
    }

    fn visit_trait_bound_mut(&mut self, bound: &mut TraitBound) {
        let lifetimes = bound.lifetimes.clone();
        self.within(lifetimes.as_ref(), false, |names| visit_mut::visit_trait_bound_mut(names, bound));
    }
}
