"""Meridian's files: the model proto, response curves as CSV and NetCDF, optimisation grids, the HTML report."""

from __future__ import annotations

from optimizer.sources.meridian.html import MeridianReport
from optimizer.sources.meridian.netcdf import MeridianNetCdf
from optimizer.sources.meridian.proto import MeridianProto
from optimizer.sources.meridian.table import MeridianTable

__all__ = ["MeridianNetCdf", "MeridianProto", "MeridianReport", "MeridianTable"]
