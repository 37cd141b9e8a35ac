"""Checks the ONNX that Glassbox writes of every architecture of docs/coverage.md with the ONNX project's own checker.

    python3 check_onnx.py FOLDER CLASSPATH [NAME ...]

FOLDER is what export_coverage.py filled, CLASSPATH that of Glassbox's tests (target/classes:target/test-classes and the
dependencies). Each model.pt is written twice, batch normalisations kept and merged, and run by ONNX Runtime; a row tells
the error of the scores relative to PyTorch's, the normalisations left, whether onnx.checker with full_check passes, and
whether the layers read back have the same names.
"""
import os
import subprocess
import sys
import tempfile

import onnx


def check(file):
    try:
        onnx.checker.check_model(file, full_check=True)
        return "passes"
    except Exception as e:  # the finding is the message
        return str(e).strip().replace("\n", " ")[:160]


def main():
    root, classpath = sys.argv[1:3]
    names = sys.argv[3:] or sorted(os.listdir(root))
    print("| network | normalisations kept | checker | merged | checker | layer names |\n| --- | --- | --- | --- | --- | --- |")
    for name in names:
        folder = os.path.join(root, name)
        if not os.path.exists(os.path.join(folder, "model.pt")):
            print(f"| {name} | PyTorch cannot trace it |")
            continue
        with tempfile.TemporaryDirectory() as out:
            lines = subprocess.run(
                ["java", "-Xmx6g", "-cp", classpath, "io.glassbox.graph.io.WrittenNetworks", folder, "model.pt", out],
                capture_output=True, text=True)
            rows = dict(line.split(" ", 1) for line in lines.stdout.splitlines() if " " in line)
            if "kept" not in rows or "merged" not in rows:
                print(f"| {name} | {rows.get('unreadable', lines.stderr.strip().splitlines()[-1:])} |", flush=True)
                continue
            kept, merged = rows["kept"].split(), rows["merged"].split()
            print(f"| {name} | {kept[0]} ({kept[1]}) | {check(os.path.join(out, 'kept.onnx'))} | {merged[0]} ({merged[1]}) | "
                  f"{check(os.path.join(out, 'merged.onnx'))} | {kept[2]}, {merged[2]} |", flush=True)


if __name__ == "__main__":
    main()
