{
  "targets": [{
    "target_name": "twopop",
    "sources": [
      "<!@(node -p \"require('fs').readdirSync('src',{recursive:true,withFileTypes:true}).filter(f=>f.isFile()&&f.name.endsWith('.cc')).map(f=>require('path').posix.join(f.parentPath||f.path,f.name).replace(/\\\\\\\\/g,'/')).sort().join(' ')\")"
    ],
    "include_dirs": ["<!@(node -p \"require('node-addon-api').include\")", "include", "src"],
    "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_DISABLE_DEPRECATED", "NAPI_CPP_EXCEPTIONS", "NODE_ADDON_API_CPP_EXCEPTIONS_ALL", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
    "cflags_cc!": ["-fno-exceptions", "-fno-rtti"],
    "cflags_cc": ["-std=c++17", "-O3", "-fexceptions", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers"],
    "xcode_settings": {
      "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
      "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
      "MACOSX_DEPLOYMENT_TARGET": "11.0",
      "GCC_OPTIMIZATION_LEVEL": "3",
      "OTHER_CPLUSPLUSFLAGS": ["-ffp-contract=off"]
    },
    "msvs_settings": { "VCCLCompilerTool": { "ExceptionHandling": 1, "AdditionalOptions": ["/std:c++17"] } },
    "conditions": [
      ["OS=='linux'", { "libraries": ["-ldl", "-lpthread"] }],
      ["OS=='win'", { "defines": ["_HAS_EXCEPTIONS=1"] }]
    ]
  }]
}
