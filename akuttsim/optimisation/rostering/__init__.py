"""Which roster of a control room suffices: the cheapest that meets a target, and its proof."""
