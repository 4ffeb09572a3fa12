"""Types for Python, made from the portal's OpenAPI document: what its README shows to others."""

from typing import Any

PLAIN = {"string": "str", "number": "float", "integer": "int", "boolean": "bool", "null": "None"}


def typed_dict(name: str, schema: dict[str, Any]) -> str:
    """The source of a TypedDict that holds what an object schema may hold, in its order."""
    required = set(schema["required"])
    lines = [
        f"    {field}: {_type(said) if field in required else f'NotRequired[{_type(said)}]'}"
        for field, said in schema["properties"].items()
    ]
    return "\n".join([f"class {name}(TypedDict):", *lines])


def _type(said: dict[str, Any]) -> str:
    if "anyOf" in said:
        return " | ".join(map(_type, said["anyOf"]))
    if said["type"] == "array":
        return f"list[{_type(said['items'])}]"
    if said["type"] == "object":
        return f"dict[str, {_type(said['additionalProperties'])}]"
    return PLAIN[said["type"]]
