"""Roads: the road graph, travel times by mode and hour, and positions on the way."""
