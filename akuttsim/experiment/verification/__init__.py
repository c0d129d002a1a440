"""The verification study: parts of the chain held against answers that are known exactly."""
