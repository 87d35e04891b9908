"""Regenerates every golden file: `pnpm goldens`. Each gen_<package>.py beside this file has a function `main()`."""
import glob
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

for path in sorted(glob.glob(os.path.join(HERE, "gen_*.py"))):
    importlib.import_module(os.path.basename(path)[:-3]).main()
