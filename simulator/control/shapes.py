"""What the control plane's bodies, queries and answers are made of."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """Built when it is first asked for, as a server starts for the sake of others."""

    model_config = ConfigDict(defer_build=True)


class Body(Shape):
    """What is asked: nothing unknown, and nothing taken for what it is not."""

    model_config = ConfigDict(extra="forbid", strict=True)
