"""Code that is called while a search goes on, and two that write what it says where others look.

    import evo
    from evo.callbacks import TensorBoardLogger
    evo.run("credit.yaml", callbacks=[TensorBoardLogger(), lambda record: print(record["best_error"])])

A callback is a function of one record, called after every generation, or an object that has `on_generation(record)` and
may have `on_start(info)` and `on_end()` (`evo.callbacks.watched`). The loggers write into the run directory unless told
where else; neither sends anything anywhere by itself.
"""

from evo.callbacks.mlflow import MLflowLogger
from evo.callbacks.tensorboard import TensorBoardLogger

__all__ = ["MLflowLogger", "TensorBoardLogger"]
