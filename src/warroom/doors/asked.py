"""Requests of operations; their texts are cleaned before an operation reads them."""

from typing import ClassVar, Self

from pydantic import BaseModel, model_validator

from warroom.model.border import clean


class Asked(BaseModel):
    """A request, clean when it reaches an operation; lone surrogates in a bounded text are refused before that."""

    as_typed: ClassVar[frozenset[str]] = frozenset()  # fields that are never shown, such as a password

    @model_validator(mode="after")
    def _cleaned(self) -> Self:
        for name in self.model_fields_set - self.as_typed:
            setattr(self, name, clean(getattr(self, name)))
        return self


class Nothing(Asked):
    """A request without fields."""
