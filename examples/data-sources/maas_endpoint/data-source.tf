terraform {
  required_providers {
    maas = {
      source = "terraform.local/huaweicloud/maas"
    }
  }
}

data "maas_endpoint" "help_desk" {
  name = "help-desk"
}

output "limits" {
  value = {
    requests_per_minute = data.maas_endpoint.help_desk.rpm
    tokens_per_minute   = data.maas_endpoint.help_desk.tpm
  }
}
