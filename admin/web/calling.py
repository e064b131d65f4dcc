"""How templates call what they name: without looking anew, at each of a page's thousand calls, for what it wants to be given."""

from __future__ import annotations

from types import FunctionType, MethodType
from typing import Any

from flask import Flask
from jinja2.runtime import Context, Macro

WANTS = "jinja_pass_arg"  # what Jinja's own decorators mark a function with


class QuickContext(Context):
    """Jinja's context: a macro takes the evaluation context and a plain function nothing; all else goes Jinja's way."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Call it with these arguments."""
        kind = type(__obj)
        if kind is Macro:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(__self.eval_ctx, *args, **kwargs)
        if (kind is FunctionType or kind is MethodType) and not hasattr(__obj, WANTS):
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            try:
                return __obj(*args, **kwargs)
            except StopIteration:
                return __self.environment.undefined("a function that a template calls has nothing more to give")
        return super().call(__obj, *args, **kwargs)


def register(app: Flask) -> None:
    """Before any template is loaded."""
    app.jinja_env.context_class = QuickContext
