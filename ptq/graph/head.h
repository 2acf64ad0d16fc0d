// The end of a network that the host computes.
#pragma once

#include "ptq/graph/graph.h"

namespace aslog::ptq {

// Softmax, LogSoftmax, ArgMax and functions of single elements that rise with them, at the end of
// each output, are cut off and noted in graph.head: the order of the answers stays. What another
// node or output reads stays too.
void cutHead(Graph& graph);

}  // namespace aslog::ptq
