from akuttsim.api import (
    compare as compare,
)
from akuttsim.api import (
    definitions as definitions,
)
from akuttsim.api import (
    load as load,
)
from akuttsim.api import (
    open_results as open_results,
)
from akuttsim.api import (
    run as run,
)

__version__: str
MODEL_VERSION: int
