"""OpenVINO with its usage statistics blocked; nothing else in digitize may import openvino.

On import, openvino tells its maker over the network that it is used, under an
identifier that it keeps in the folder `intel` of the home folder.  Where the
package `openvino_telemetry` cannot be imported it does neither, and works as ever.
"""

import sys

sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # an import of it fails from now on

import openvino  # noqa: E402, TID251

__all__ = ["openvino"]
