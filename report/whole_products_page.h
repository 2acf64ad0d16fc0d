// The integer arrays that form whole products, beside aslog's: what "an int8 array" usually means.
#pragma once

#include "report/markdown.h"
#include "run/finished_results.h"

namespace aslog::report {

// Of each width the smallest array and the one that takes least energy, of those that drop no
// column. Nothing if no run has such an array.
void addWholeProducts(Markdown& page, const FinishedResults& results);

}  // namespace aslog::report
