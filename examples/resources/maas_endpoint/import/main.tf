terraform {
  required_version = ">= 1.5"

  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

import {
  to = maas_endpoint.help_desk
  id = "63b425a2-b423-0bae-440e-df2846becbdf"
}

resource "maas_endpoint" "help_desk" {
  name       = "help-desk"
  model_name = "sandbox-chat-32k"
  remark     = "Chat of the help desk"
  rpm        = 60
  tpm        = 100000
}
