// SPDX-License-Identifier: Apache-2.0
#include "plugins/class_histogram/class_names.h"

namespace heaptoll::histogram {
namespace {

std::string_view primitive(char letter)
{
    switch (letter) {
    case 'B': return "byte";
    case 'C': return "char";
    case 'D': return "double";
    case 'F': return "float";
    case 'I': return "int";
    case 'J': return "long";
    case 'S': return "short";
    case 'Z': return "boolean";
    default: return {};
    }
}

} // namespace

std::string javaName(std::string_view vmName)
{
    std::string_view element = vmName;
    std::size_t dimensions = 0;
    while (element.starts_with('[')) {
        element.remove_prefix(1);
        ++dimensions;
    }
    if (dimensions == 0) {
        return std::string(vmName);
    }
    std::string name;
    if (element.size() == 1) {
        name = primitive(element.front());
    } else if (element.size() > 2 && element.starts_with('L') && element.ends_with(';')) {
        name = element.substr(1, element.size() - 2);
    }
    if (name.empty()) {
        return std::string(vmName);
    }
    for (; dimensions > 0; --dimensions) {
        name += "[]";
    }
    return name;
}

} // namespace heaptoll::histogram
